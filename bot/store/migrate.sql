-- name: applied()
SELECT number FROM migrations ORDER BY number;
-- name: record(number, name, at)!
INSERT INTO migrations (number, name, at) VALUES (:number, :name, :at);
