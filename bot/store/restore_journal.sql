-- What a restored main database must not bring back of journals. Only for backups that know of
-- journals.

-- name: end_shares()!
-- Whoever said yes may have said no since, and what was dropped must not go on its way again.
DELETE FROM journal_shares WHERE state NOT IN ('given', 'retracting');

-- name: forget_reminders()!
-- One tap stopped them, perhaps since: nobody is reminded against their will.
DELETE FROM journal_reminders;

-- name: forget_tries()!
DELETE FROM journal_tries;

-- name: spend_keys_of_copies()!
-- What was on its way had a key, which nothing needs now.
UPDATE journal_keys SET state = 'spent'
WHERE state = 'used' AND key_id NOT IN (SELECT key_id FROM journals);

-- name: keys_noted()
SELECT key_id FROM journal_keys;

-- name: forget_key(key_id)!
DELETE FROM journal_keys WHERE key_id = :key_id;

-- name: destroy_keys()!
-- Only for backups that know of the queue of due work; older ones are put into it whole.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'journal key', key_id, key_id, 1, 0, 0 FROM journal_keys WHERE state <> 'used'
ON CONFLICT DO NOTHING;

-- name: journals()
SELECT person_id, key_id FROM journals;

-- name: forget_entries(person_id)!
DELETE FROM journal_entries WHERE person_id = :person_id;

-- name: forget_journal(person_id)!
DELETE FROM journals WHERE person_id = :person_id;

-- name: forget_lost_entries()!
-- Of somebody without a journal, nothing opens.
DELETE FROM journal_entries WHERE person_id NOT IN (SELECT person_id FROM journals);

-- name: people()
-- Everybody with something sealed under their own key, or with an id that has to go with it.
SELECT person_id FROM journal_habits
UNION SELECT writer_id FROM journal_shares WHERE writer_id > 0
UNION SELECT friend_id FROM journal_shares WHERE friend_id > 0;

-- name: has_journal(person_id)^
SELECT person_id FROM journals WHERE person_id = :person_id;

-- name: forget_habit(person_id)!
DELETE FROM journal_habits WHERE person_id = :person_id;

-- name: forget_friend(person_id)!
DELETE FROM journal_shares WHERE friend_id = :person_id AND state = 'given';

-- name: retract_for(person_id)!
-- They have erased: what they shared still goes, and what was being taken back from them. In an
-- older backup it is this state that says so.
UPDATE journal_shares SET state = 'retracting', writer_id = 0, entry_id = ''
WHERE writer_id = :person_id OR friend_id = :person_id;

-- name: forget_posts_to(person_id)!
-- Only for backups that know of posts of every kind, as the two below.
DELETE FROM posts WHERE topic = 'shared entry' AND key IN (
    SELECT id FROM journal_shares WHERE friend_id = :person_id AND state = 'given');

-- name: forget_retracted()!
DELETE FROM journal_shares WHERE state = 'retracting';

-- name: take_away_shared()!
UPDATE posts SET goes = 'over' WHERE topic = 'shared entry' AND goes = ''
    AND key NOT IN (SELECT id FROM journal_shares);
