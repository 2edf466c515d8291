-- Suggestions for servers' lists, and what their authors have yet to be told.

-- name: add(id, guild_id, person_id, sealed)!
INSERT INTO reading_suggestions (id, guild_id, person_id, sealed)
VALUES (:id, :guild_id, :person_id, :sealed);

-- name: open_in(guild_id, most, skip)
-- In the order of their random ids, which tells nothing about when they were made, or by whom.
SELECT * FROM reading_suggestions WHERE guild_id = :guild_id AND state = 'open'
ORDER BY id LIMIT :most OFFSET :skip;

-- name: open_one(id, guild_id)^
SELECT * FROM reading_suggestions WHERE id = :id AND guild_id = :guild_id AND state = 'open';

-- name: hold(id, guild_id, revision)^
UPDATE reading_suggestions SET revision = revision
WHERE id = :id AND guild_id = :guild_id AND state = 'open' AND revision = :revision
RETURNING *;

-- name: reword(id, revision, sealed)!
UPDATE reading_suggestions SET sealed = :sealed, revision = :revision WHERE id = :id;

-- name: settle(id, revision, sealed, state)!
UPDATE reading_suggestions SET sealed = :sealed, revision = :revision, state = :state
WHERE id = :id;

-- name: of_person(person_id, guild_id)
-- Guild 0 means everywhere.
SELECT * FROM reading_suggestions
WHERE person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0) ORDER BY id;

-- name: withdraw(id, person_id, guild_id)^
DELETE FROM reading_suggestions
WHERE id = :id AND person_id = :person_id AND state = 'open'
    AND (guild_id = :guild_id OR :guild_id = 0)
RETURNING id;

-- name: answered(id, person_id)^
SELECT * FROM reading_suggestions WHERE id = :id AND person_id = :person_id AND state <> 'open';

-- name: forget(id)!
DELETE FROM reading_suggestions WHERE id = :id;

-- name: forget_person(person_id)!
DELETE FROM reading_suggestions WHERE person_id = :person_id;

-- name: forget_guild(guild_id)!
DELETE FROM reading_suggestions WHERE guild_id = :guild_id;
