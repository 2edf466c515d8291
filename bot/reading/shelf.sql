-- Shelves: what people have marked, sealed.

-- name: shelf(person_id)
SELECT * FROM reading_shelves WHERE person_id = :person_id;

-- name: on_shelf(person_id, mark)^
SELECT * FROM reading_shelves WHERE person_id = :person_id AND mark = :mark;

-- name: many_on_shelf(person_id)^
SELECT count(*) AS many FROM reading_shelves WHERE person_id = :person_id;

-- name: put(person_id, mark, id, sealed)^
INSERT INTO reading_shelves (person_id, mark, id, sealed)
VALUES (:person_id, :mark, :id, :sealed)
ON CONFLICT (person_id, mark) DO NOTHING
RETURNING id;

-- name: change(person_id, mark, known, id, sealed)^
UPDATE reading_shelves SET id = :id, sealed = :sealed
WHERE person_id = :person_id AND mark = :mark AND id = :known
RETURNING id;

-- name: take_off(person_id, mark)^
DELETE FROM reading_shelves WHERE person_id = :person_id AND mark = :mark RETURNING id;

-- name: clear(person_id, mark, known)!
DELETE FROM reading_shelves WHERE person_id = :person_id AND mark = :mark AND id = :known;

-- name: erase(person_id)!
DELETE FROM reading_shelves WHERE person_id = :person_id;
