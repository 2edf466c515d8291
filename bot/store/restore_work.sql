-- What a restored main database has to do. Only for backups that know of the queue.

-- name: look_at_everything()!
-- What was due, done or tried since, nobody can tell from here: each piece is looked at.
UPDATE work SET noted_at = 0, due_at = 0, busy_until = 0, again = 0, tries = 0;

-- name: take_away()!
-- Only for backups that know of posts of every kind: what has to go with what was just taken out.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'post', id, key, 1, 0, 0 FROM posts WHERE goes <> ''
ON CONFLICT (kind, key) DO NOTHING;

-- name: forget_absences()!
-- Only for backups that know of them.
DELETE FROM absences;
