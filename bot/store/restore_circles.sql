-- What a restored main database must not bring back of reading circles. Only for backups that know
-- of circles.

-- name: forget_joins()!
-- Somebody may have left since: nobody is reminded against their will.
DELETE FROM circle_joins;

-- name: forget_unmade()!
-- What was being made is made since, or was taken back: nobody can tell from here.
DELETE FROM circles WHERE state NOT IN ('open', 'cancelled', 'over');

-- name: forget_posts()!
-- Only for backups that know of one table of posts. What had to go goes.
DELETE FROM posts
WHERE topic = 'circle' AND goes = '' AND key NOT IN (SELECT id FROM circles);

-- name: hosts()
SELECT host_id FROM circles WHERE host_id > 0;

-- name: forget_host(person_id)!
UPDATE circles SET host_id = 0, named = 0, revision = revision + named WHERE host_id = :person_id;
