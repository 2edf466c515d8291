-- What a restored main database must not bring back of noticing. Only for backups that know of it.

-- name: forget_nudges()!
-- They wait for a day at most, and may have been seen to, or concern somebody who has erased.
DELETE FROM nudges;

-- name: forget_rests()!
DELETE FROM nudge_rests;
