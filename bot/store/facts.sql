-- name: fact(name)$
SELECT value FROM facts WHERE name = :name;

-- name: state(name, value)!
INSERT INTO facts (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = :value;
