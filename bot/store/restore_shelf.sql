-- What a restored main database must not bring back of shelves. Only for backups that know of them.

-- name: readers()
SELECT DISTINCT person_id FROM reading_shelves;

-- name: forget_shelf(person_id)!
DELETE FROM reading_shelves WHERE person_id = :person_id;
