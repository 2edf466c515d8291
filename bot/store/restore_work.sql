-- What a restored main database has to do. Only for backups that know of the queue.

-- name: look_at_everything()!
-- What was due, done or tried since, nobody can tell from here: each piece is looked at.
UPDATE work SET noted_at = 0, due_at = 0, busy_until = 0, again = 0, tries = 0;

-- name: retract()!
-- What a writer shared who has erased since.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'share', id, id, 1, 0, 0 FROM journal_shares WHERE state = 'retracting'
ON CONFLICT (kind, key) DO NOTHING;
