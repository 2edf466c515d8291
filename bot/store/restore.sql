-- What a restored main database must not bring back. Only tables of the first migration are
-- touched, because a backup may be as old as that.

-- name: end_everything(now)!
-- Somebody may have said no, or taken a yes back, since the backup was made (law 1).
UPDATE consents SET words = NULL, place = NULL, due_at = :now, changed_at = :now,
    state = CASE WHEN state = 'live' THEN 'expired' ELSE 'lapsed' END
WHERE state IN ('waiting', 'edited', 'live');

-- name: people()
-- Everybody with something sealed or marked under their key.
SELECT person_id FROM consents UNION SELECT holder_id FROM consents
UNION SELECT owner_id FROM refusals UNION SELECT person_id FROM flags WHERE note IS NOT NULL;

-- name: forget_consents(person_id)!
DELETE FROM consents WHERE person_id = :person_id OR holder_id = :person_id;

-- name: forget_refusals(person_id)!
DELETE FROM refusals WHERE owner_id = :person_id;

-- name: authors()
-- Of messages that somebody objected to. Only for backups that know of them.
SELECT author_id FROM objections;

-- name: forget_objections(author_id)!
DELETE FROM objections WHERE author_id = :author_id;

-- name: forget_flags(person_id)!
DELETE FROM flags WHERE person_id = :person_id;
