-- Journals, their keys, their entries, and the passphrases tried.

-- name: journal(person_id)^
SELECT * FROM journals WHERE person_id = :person_id;

-- name: open_journal(person_id, key_id)^
INSERT INTO journals (person_id, key_id) VALUES (:person_id, :key_id)
ON CONFLICT (person_id) DO NOTHING
RETURNING person_id;

-- name: hold(person_id, key_id)^
-- Nothing is sealed under a key that is not the journal's any more.
UPDATE journals SET locks = locks WHERE person_id = :person_id AND key_id = :key_id
RETURNING person_id;

-- name: turn_key(person_id, key_id)!
UPDATE journals SET key_id = :key_id WHERE person_id = :person_id;

-- name: lock(person_id)!
UPDATE journals SET locks = locks + 1 WHERE person_id = :person_id;

-- name: forget_journal(person_id)^
DELETE FROM journals WHERE person_id = :person_id
RETURNING key_id;

-- name: note_key(key_id, person_id)!
INSERT INTO journal_keys (key_id, person_id) VALUES (:key_id, :person_id);

-- name: use_key(key_id)^
UPDATE journal_keys SET state = 'used' WHERE key_id = :key_id AND state = 'making'
RETURNING key_id;

-- name: spend_key(key_id)!
UPDATE journal_keys SET state = 'spent' WHERE key_id = :key_id;

-- name: spend_keys(person_id)
UPDATE journal_keys SET state = 'spent' WHERE person_id = :person_id RETURNING key_id;

-- name: spend_unused(key_id)^
UPDATE journal_keys SET state = 'spent' WHERE key_id = :key_id AND state <> 'used'
RETURNING key_id;

-- name: spent_keys_of(person_id)
SELECT key_id FROM journal_keys WHERE person_id = :person_id AND state = 'spent';

-- name: drop_key(key_id)!
DELETE FROM journal_keys WHERE key_id = :key_id;

-- name: add_entry(id, person_id, day, sealed, source)^
INSERT INTO journal_entries (id, person_id, day, turn, sealed, source)
SELECT :id, :person_id, :day, 1 + coalesce(max(turn), 0), :sealed, :source
FROM journal_entries WHERE person_id = :person_id AND day = :day
ON CONFLICT (person_id, source) WHERE source IS NOT NULL DO NOTHING
RETURNING id;

-- name: entry(id, person_id)^
SELECT * FROM journal_entries WHERE id = :id AND person_id = :person_id;

-- name: entry_of_source(person_id, source)^
SELECT * FROM journal_entries WHERE person_id = :person_id AND source = :source;

-- name: change_entry(id, person_id, revision, sealed)^
UPDATE journal_entries SET sealed = :sealed, revision = revision + 1
WHERE id = :id AND person_id = :person_id AND revision = :revision
RETURNING revision;

-- name: reseal_entries*!
UPDATE journal_entries SET sealed = :sealed
WHERE id = :id AND person_id = :person_id AND revision = :revision;

-- name: delete_entry(id, person_id)^
DELETE FROM journal_entries WHERE id = :id AND person_id = :person_id RETURNING id;

-- name: newest(person_id, from_day, to_day, day, turn, most)
-- Before (`day`, `turn`), newest first.
SELECT * FROM journal_entries
WHERE person_id = :person_id AND day >= :from_day AND day <= :to_day
    AND (day < :day OR (day = :day AND turn < :turn))
ORDER BY day DESC, turn DESC LIMIT :most;

-- name: oldest(person_id, from_day, to_day, day, turn, most)
-- After (`day`, `turn`), oldest first.
SELECT * FROM journal_entries
WHERE person_id = :person_id AND day >= :from_day AND day <= :to_day
    AND (day > :day OR (day = :day AND turn > :turn))
ORDER BY day, turn LIMIT :most;

-- name: days(person_id)
SELECT DISTINCT day FROM journal_entries WHERE person_id = :person_id ORDER BY day DESC;

-- name: fullness(person_id)^
-- How much a journal holds: entries, and bytes as they are sealed.
SELECT count(*) AS entries, coalesce(sum(length(sealed)), 0) AS size
FROM journal_entries WHERE person_id = :person_id;

-- name: revisions(person_id)
SELECT id, revision FROM journal_entries WHERE person_id = :person_id;

-- name: forget_entries(person_id)!
DELETE FROM journal_entries WHERE person_id = :person_id;

-- name: tries(person_id)
SELECT tried_at, was_right FROM journal_tries WHERE person_id = :person_id;

-- name: try_passphrase(id, person_id, now)!
INSERT INTO journal_tries (id, person_id, tried_at) VALUES (:id, :person_id, :now);

-- name: was_right(id)!
UPDATE journal_tries SET was_right = 1 WHERE id = :id;

-- name: forget_wrong_tries(person_id)!
DELETE FROM journal_tries WHERE person_id = :person_id AND was_right = 0;

-- name: forget_tries(person_id)!
DELETE FROM journal_tries WHERE person_id = :person_id;

-- name: forget_old_tries(before)!
DELETE FROM journal_tries WHERE tried_at <= :before;

-- name: habits(person_id)^
SELECT habit, language FROM journal_habits WHERE person_id = :person_id;

-- name: set_habit(person_id, habit, language)!
INSERT INTO journal_habits (person_id, habit, language) VALUES (:person_id, :habit, :language)
ON CONFLICT (person_id) DO UPDATE SET habit = :habit, language = :language;

-- name: tell_full(person_id)!
-- Messages are still to be kept, but there was no room, and that has been said.
UPDATE journal_habits SET habit = 'full' WHERE person_id = :person_id AND habit = 'always';

-- name: has_room(person_id)!
UPDATE journal_habits SET habit = 'always' WHERE person_id = :person_id AND habit = 'full';

-- name: speaks(person_id, language)!
INSERT INTO journal_habits (person_id, language) VALUES (:person_id, :language)
ON CONFLICT (person_id) DO UPDATE SET language = :language;

-- name: forget_habit(person_id)!
DELETE FROM journal_habits WHERE person_id = :person_id;
