-- A group's voice: words in its name need three who support them, and stand under the name that
-- they agreed to.

-- `name`: what the group was called when its members were asked, sealed under its key and the
-- spoke's. NULL: a person's consent, or a grant of before, which stands under the present name.
ALTER TABLE consents ADD COLUMN name BYTEA;

-- What fewer than three had agreed to is no group's voice. In force it is given up, and its holder
-- told; what was posted goes, in force or not: readers take it for the words of a group that never
-- agreed to them (law 1). Whoever has erased supports nothing any more.
INSERT INTO notices (id, person_id, guild_id, topic, key, about_id, channel_id, news, noted_at,
    shown_at, public_at, until_at)
SELECT 'v.' || id, holder_id, guild_id, 'answer', id, person_id, channel_id, 1, changed_at,
    changed_at, changed_at, due_at
FROM consents WHERE person_id < 0 AND state = 'live' AND 3 > (
    SELECT COUNT(*) FROM ballots
    WHERE ballots.decision_id = consents.id AND ballots.answer = 'support')
ON CONFLICT DO NOTHING;
UPDATE posts SET goes = 'voice' WHERE topic = 'consent' AND goes = '' AND key IN (
    SELECT id FROM consents WHERE person_id < 0 AND 3 > (
        SELECT COUNT(*) FROM ballots
        WHERE ballots.decision_id = consents.id AND ballots.answer = 'support'));
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'post', id, key, 1, 0, 0 FROM posts WHERE goes = 'voice'
ON CONFLICT (kind, key) DO UPDATE SET due_at = 0;
UPDATE consents SET state = 'given_up', words = NULL, place = NULL
WHERE person_id < 0 AND state = 'live' AND 3 > (
    SELECT COUNT(*) FROM ballots
    WHERE ballots.decision_id = consents.id AND ballots.answer = 'support');
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT DISTINCT 'ring', CAST(person_id AS TEXT), CAST(person_id AS TEXT), 0, 0, 0 FROM notices
WHERE id LIKE 'v.%'
ON CONFLICT DO NOTHING;
