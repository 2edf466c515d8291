-- What a restored main database must not bring back of noticing. Only for backups that know of it.

-- name: forget_nudges()!
-- They wait for a day at most, and may have been seen to, or concern somebody who has erased.
DELETE FROM nudges;

-- name: forget_rests()!
DELETE FROM nudge_rests;

-- name: look_at_doors(now)!
-- What became of the bot's AutoMod rules since, Discord knows.
UPDATE doors SET due_at = :now, taken_until = 0, attempts = 0;
