-- name: applied()
SELECT number, name FROM migrations ORDER BY number;
-- name: record(number, name, at)!
INSERT INTO migrations (number, name, at) VALUES (:number, :name, :at);
