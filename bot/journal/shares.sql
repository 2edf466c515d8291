-- Entries on their slow way to one friend. Which state may follow which is decided by
-- bot/journal/share_rules.py; here it is written down, if nothing was faster.

-- name: hold_entry(id, writer_id)^
-- Nobody changes or deletes it until the transaction ends.
UPDATE journal_entries SET revision = revision WHERE id = :id AND person_id = :writer_id
RETURNING revision;

-- name: begin(id, writer_id, friend_id, entry_id, revision, guild_id, channel_id, pause, due_at)^
INSERT INTO journal_shares (id, writer_id, friend_id, entry_id, entry_revision, guild_id,
    channel_id, state, pause, due_at)
VALUES (:id, :writer_id, :friend_id, :entry_id, :revision, :guild_id, :channel_id, 'waiting',
    :pause, :due_at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: share(id)^
SELECT * FROM journal_shares WHERE id = :id;

-- name: hold_writer(writer_id)^
-- Whoever shares something has a journal; so two of theirs that begin at once wait for each other.
UPDATE journals SET locks = locks WHERE person_id = :writer_id
RETURNING person_id;

-- name: standing(writer_id)$
SELECT count(*) FROM journal_shares WHERE writer_id = :writer_id;

-- name: has_open(writer_id, friend_id)^
SELECT id FROM journal_shares
WHERE writer_id = :writer_id AND friend_id = :friend_id
    AND state IN ('waiting', 'confirming', 'asking', 'sending');

-- name: of_entry(entry_id)
SELECT * FROM journal_shares WHERE entry_id = :entry_id ORDER BY id;

-- name: of_writer(writer_id)
SELECT * FROM journal_shares WHERE writer_id = :writer_id ORDER BY due_at, id;

-- name: concerning(person_id)
SELECT * FROM journal_shares WHERE writer_id = :person_id OR friend_id = :person_id
ORDER BY due_at, id;

-- name: spend_key(key_id)!
-- To be destroyed: by whoever brought this about, or by due work.
UPDATE journal_keys SET state = 'spent' WHERE key_id = :key_id;

-- name: spend_keys_between(friend_id, writer_id)
UPDATE journal_keys SET state = 'spent' WHERE key_id IN (
    SELECT key_id FROM journal_shares
    WHERE friend_id = :friend_id AND writer_id = :writer_id AND state = 'asking')
RETURNING key_id;

-- name: spend_keys_of_writer(writer_id)
UPDATE journal_keys SET state = 'spent' WHERE key_id IN (
    SELECT key_id FROM journal_shares WHERE writer_id = :writer_id)
RETURNING key_id;

-- name: spend_keys_of_friend(friend_id)
UPDATE journal_keys SET state = 'spent' WHERE key_id IN (
    SELECT key_id FROM journal_shares WHERE friend_id = :friend_id)
RETURNING key_id;

-- name: spend_keys_of_guild(guild_id)
UPDATE journal_keys SET state = 'spent' WHERE key_id IN (
    SELECT key_id FROM journal_shares WHERE guild_id = :guild_id)
RETURNING key_id;

-- name: move(id, state, hidden, seen, state_after, revision, due_at)^
-- The copy stays only while it is brought.
UPDATE journal_shares
SET state = :state_after, entry_revision = :revision, due_at = :due_at,
    copy = CASE WHEN :state_after = 'sending' THEN copy END,
    key_id = CASE WHEN :state_after = 'sending' THEN key_id END,
    hidden = CASE WHEN :state_after = 'waiting' THEN 0 ELSE hidden END
WHERE id = :id AND state = :state AND hidden = :hidden AND entry_revision = :seen
RETURNING *;

-- name: end_share(id, state, hidden, seen)^
DELETE FROM journal_shares
WHERE id = :id AND state = :state AND hidden = :hidden AND entry_revision = :seen
RETURNING id;

-- name: ask(id, state, seen, hidden, copy, key_id, due_at)^
UPDATE journal_shares
SET state = 'asking', hidden = :hidden, copy = :copy, key_id = :key_id, due_at = :due_at
WHERE id = :id AND state = :state AND entry_revision = :seen
RETURNING *;

-- name: hold_sending(id)^
UPDATE journal_shares SET state = state WHERE id = :id AND state = 'sending'
RETURNING id;

-- name: hold_retracting(id)^
UPDATE journal_shares SET state = state WHERE id = :id AND state = 'retracting'
RETURNING *;

-- name: give(id)^
UPDATE journal_shares SET state = 'given', copy = NULL, key_id = NULL, due_at = NULL
WHERE id = :id AND state = 'sending'
RETURNING *;

-- name: hide_from(friend_id, writer_id)
UPDATE journal_shares SET hidden = 1, copy = NULL, key_id = NULL
WHERE friend_id = :friend_id AND writer_id = :writer_id AND state = 'asking'
RETURNING id;

-- name: forget_writer(writer_id)
DELETE FROM journal_shares WHERE writer_id = :writer_id
RETURNING id;

-- name: forget_given(friend_id)
DELETE FROM journal_shares WHERE friend_id = :friend_id AND state = 'given'
RETURNING id;

-- name: forget_friend(friend_id)
DELETE FROM journal_shares WHERE friend_id = :friend_id
RETURNING id;

-- name: forget_guild(guild_id)
-- What the friend has can still be taken back.
DELETE FROM journal_shares WHERE guild_id = :guild_id AND state <> 'given'
RETURNING id;
