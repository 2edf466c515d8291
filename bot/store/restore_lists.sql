-- What a restored main database must not bring back of servers' reading lists. Only for backups
-- that know of them.

-- name: forget_suggestions()!
-- Each may have been taken back, or answered, since.
DELETE FROM reading_suggestions;

-- name: forget_names()!
-- Whoever wanted to be named may have changed their mind since.
UPDATE reading_works SET named_id = NULL;

-- name: forget_imports()!
DELETE FROM reading_imports;

-- name: lists()
SELECT guild_id, id FROM reading_lists;

-- name: forget_works(guild_id)!
DELETE FROM reading_works WHERE guild_id = :guild_id;

-- name: forget_list(guild_id)!
DELETE FROM reading_lists WHERE guild_id = :guild_id;
