-- What a restored main database must not bring back of noticing. Only for backups that know of it.

-- name: forget_rests()!
DELETE FROM nudge_rests;
