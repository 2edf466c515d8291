-- Reminders: when somebody wants one, and the one that waits for them.

-- name: reminder_of(person_id)^
SELECT * FROM journal_reminders WHERE person_id = :person_id;

-- name: first_plan(person_id, sealed, due_at)^
INSERT INTO journal_reminders (person_id, plan, revision, state, due_at)
VALUES (:person_id, :sealed, 1, 'on', :due_at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: change_plan(person_id, sealed, seen, revision, due_at)^
-- A message that waits goes on waiting. What was off begins anew.
UPDATE journal_reminders
SET plan = :sealed, revision = :revision, due_at = :due_at,
    failures = CASE WHEN state = 'on' THEN failures ELSE 0 END, state = 'on', why = NULL
WHERE person_id = :person_id AND revision = :seen
RETURNING *;

-- name: stop_reminder(person_id)^
DELETE FROM journal_reminders WHERE person_id = :person_id
RETURNING channel_id, message_id;

-- name: put_off_reminder(person_id, revision, due_at)!
UPDATE journal_reminders SET due_at = :due_at
WHERE person_id = :person_id AND state = 'on' AND revision = :revision;

-- name: drop_reminder(person_id, revision)!
DELETE FROM journal_reminders WHERE person_id = :person_id AND revision = :revision;

-- name: reminder_waits(person_id, revision, channel_id, message_id, due_at)^
-- A plan that was changed meanwhile has its own next time already.
UPDATE journal_reminders
SET channel_id = :channel_id, message_id = :message_id, failures = 0,
    due_at = CASE WHEN revision = :revision THEN :due_at ELSE due_at END
WHERE person_id = :person_id AND state = 'on' AND message_id IS NULL
RETURNING person_id;

-- name: reminder_answered(person_id, message_id)^
UPDATE journal_reminders SET channel_id = NULL, message_id = NULL
WHERE person_id = :person_id AND message_id = :message_id
RETURNING person_id;

-- name: reminder_failed(person_id, revision, due_at, most, why)^
-- `most` failures in a row turn it off.
UPDATE journal_reminders
SET failures = failures + 1,
    state = CASE WHEN failures + 1 >= :most THEN 'off' ELSE 'on' END,
    why = CASE WHEN failures + 1 >= :most THEN :why ELSE NULL END,
    due_at = CASE WHEN revision = :revision THEN :due_at ELSE due_at END
WHERE person_id = :person_id AND state = 'on' AND message_id IS NULL
RETURNING state;

-- name: told_why(person_id, revision)!
-- Only what was told: set up again meanwhile, they have another revision.
DELETE FROM journal_reminders
WHERE person_id = :person_id AND state = 'off' AND revision = :revision;

-- name: forget_reminder(person_id)!
DELETE FROM journal_reminders WHERE person_id = :person_id;
