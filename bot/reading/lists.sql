-- Servers' own reading lists, their works, and files on their way in.

-- name: list(guild_id)^
SELECT * FROM reading_lists WHERE guild_id = :guild_id;

-- name: begin(guild_id, id)!
INSERT INTO reading_lists (guild_id, id) VALUES (:guild_id, :id)
ON CONFLICT (guild_id) DO NOTHING;

-- name: hold(guild_id)^
UPDATE reading_lists SET revision = revision WHERE guild_id = :guild_id RETURNING *;

-- name: touch(guild_id)!
UPDATE reading_lists SET revision = revision + 1 WHERE guild_id = :guild_id;

-- name: works(guild_id)
SELECT * FROM reading_works WHERE guild_id = :guild_id ORDER BY turn, id;

-- name: last_turn(guild_id)$
SELECT coalesce(max(turn), 0) FROM reading_works WHERE guild_id = :guild_id;

-- name: add_works*!
INSERT INTO reading_works (guild_id, id, turn, sealed, named_id)
VALUES (:guild_id, :id, :turn, :sealed, :named_id);

-- name: change_work(guild_id, id, revision, sealed, keeps_name)^
UPDATE reading_works SET sealed = :sealed, revision = revision + 1,
    named_id = CASE WHEN :keeps_name = 1 THEN named_id ELSE NULL END
WHERE guild_id = :guild_id AND id = :id AND revision = :revision
RETURNING revision;

-- name: remove_work(guild_id, id, revision)^
DELETE FROM reading_works WHERE guild_id = :guild_id AND id = :id AND revision = :revision
RETURNING id;

-- name: unname(guild_id, id, person_id)^
UPDATE reading_works SET named_id = NULL
WHERE guild_id = :guild_id AND id = :id AND named_id = :person_id
RETURNING id;

-- name: named(person_id)
SELECT guild_id, id FROM reading_works WHERE named_id = :person_id ORDER BY guild_id, turn;

-- name: concerned(person_id)
-- Servers with a work that names somebody, or with a suggestion that may become one.
SELECT guild_id FROM reading_works WHERE named_id = :person_id
UNION SELECT guild_id FROM reading_suggestions WHERE person_id = :person_id
ORDER BY guild_id;

-- name: forget_names(person_id)!
UPDATE reading_works SET named_id = NULL WHERE named_id = :person_id;

-- name: many_staged(guild_id, now)^
SELECT count(*) AS many FROM reading_imports WHERE guild_id = :guild_id AND due_at > :now;

-- name: stage(id, guild_id, list_revision, sealed, due_at)!
INSERT INTO reading_imports (id, guild_id, list_revision, sealed, due_at)
VALUES (:id, :guild_id, :list_revision, :sealed, :due_at);

-- name: staged(id, guild_id, now)^
SELECT * FROM reading_imports WHERE id = :id AND guild_id = :guild_id AND due_at > :now;

-- name: restage(id, list_revision)!
UPDATE reading_imports SET list_revision = :list_revision WHERE id = :id;

-- name: take_staged(id)^
DELETE FROM reading_imports WHERE id = :id RETURNING id;

-- name: forget_staged(before)!
DELETE FROM reading_imports WHERE due_at <= :before;

-- name: forget_imports(guild_id)!
DELETE FROM reading_imports WHERE guild_id = :guild_id;

-- name: forget_works(guild_id)!
DELETE FROM reading_works WHERE guild_id = :guild_id;

-- name: forget_list(guild_id)!
DELETE FROM reading_lists WHERE guild_id = :guild_id;
