-- One table of what the bot has posted and keeps hold of, in place of ids and marks in each family's
-- tables.

-- One message of the bot's, noted before it is sent. `topic` and `key`: the row of its family that
-- it shows. `goes`: why it has to go, empty while it stays.
ALTER TABLE posts RENAME COLUMN consent_id TO key;
ALTER TABLE posts ADD COLUMN topic TEXT NOT NULL DEFAULT 'consent';
ALTER TABLE posts ADD COLUMN goes TEXT NOT NULL DEFAULT '';
UPDATE posts SET goes = COALESCE(blanked_by, 'ended') WHERE state = 'blank';
ALTER TABLE posts DROP COLUMN blanked_by;
ALTER TABLE posts DROP COLUMN state;
DROP INDEX posts_by_consent;
CREATE INDEX posts_by_row ON posts (topic, key);
CREATE INDEX posts_by_message ON posts (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX posts_by_guild ON posts (guild_id);

-- Rings: when somebody was rung last. A line that was opened, or stands for too long, goes.
INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id, begun_at, goes)
SELECT 'r.' || CAST(person_id AS TEXT), 'ring', CAST(person_id AS TEXT), guild_id, channel_id,
    message_id, rung_at, CASE WHEN opened = 1 THEN 'over' ELSE '' END
FROM rings WHERE message_id IS NOT NULL;
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'post', id, key, 1, 0, 0 FROM posts WHERE topic = 'ring' AND goes <> '';
ALTER TABLE rings DROP COLUMN guild_id;
ALTER TABLE rings DROP COLUMN channel_id;
ALTER TABLE rings DROP COLUMN message_id;
ALTER TABLE rings DROP COLUMN opened;

-- Groups. The first message comes as soon as the channel is there, whose id tells when that was.
INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id, begun_at)
SELECT 'g.' || id, 'group', id, guild_id, channel_id, intro_message_id,
    channel_id / 4194304 / 1000 + 1420070400
FROM affinity_groups WHERE channel_id IS NOT NULL;
ALTER TABLE affinity_groups DROP COLUMN intro_message_id;
INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id, begun_at)
SELECT 'q.' || decisions.id, 'question', decisions.id, decisions.guild_id,
    affinity_groups.channel_id, decisions.message_id, decisions.opened_at
FROM decisions JOIN affinity_groups ON affinity_groups.id = decisions.group_id
WHERE affinity_groups.channel_id IS NOT NULL
    AND (decisions.message_id IS NOT NULL OR decisions.card = 'stale');
DROP INDEX decisions_standing;
CREATE INDEX decisions_standing ON decisions (group_id, id) WHERE state IN ('open', 'invited');
ALTER TABLE decisions DROP COLUMN message_id;
-- What could not be told so far had the time of the last try below 0.
INSERT INTO posts (id, topic, key, guild_id, channel_id, begun_at)
SELECT 'n.' || CAST(ROW_NUMBER() OVER (ORDER BY group_id, kind, target_id) AS TEXT),
    'group notice', group_id || '.' || kind || '.' || CAST(target_id AS TEXT), guild_id,
    COALESCE(channel_id, 0), -told_at
FROM group_notices JOIN affinity_groups ON affinity_groups.id = group_notices.group_id
WHERE told_at < 0;
UPDATE group_notices SET told_at = -told_at WHERE told_at < 0;

-- Circles. One that was being made may have a post that was not written down. A thread has the id
-- of the post it hangs on. `thread_id`: NULL until the circle is made, and once its thread was
-- deleted. `shown`: what the post shows, or was to show when making it was begun; 0: it was not.
INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id)
SELECT 'c.' || id, 'circle', id, guild_id, channel_id, post_id FROM circles
WHERE post_id IS NOT NULL OR (begun = 1 AND state IN ('making', 'undoing'));
UPDATE circles SET shown = 1 WHERE begun = 1 AND shown = 0;
DROP INDEX circles_by_post;
ALTER TABLE circles RENAME COLUMN post_id TO thread_id;
UPDATE circles SET thread_id = NULL WHERE has_thread = 0;
ALTER TABLE circles DROP COLUMN has_thread;
ALTER TABLE circles DROP COLUMN begun;
CREATE INDEX circles_by_thread ON circles (thread_id) WHERE thread_id IS NOT NULL;

-- Shared entries. In which DM one stands that was sent and not noted is not known, but by others to
-- the same friend. What is taken back ends with its post; of who has erased, that alone is left.
INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id, goes)
SELECT 's.' || id, 'shared entry', id, 0,
    COALESCE(dm_channel_id, (SELECT MAX(others.dm_channel_id) FROM journal_shares AS others
        WHERE others.friend_id = journal_shares.friend_id), 0),
    message_id, CASE WHEN state = 'retracting' THEN 'over' ELSE '' END
FROM journal_shares WHERE state IN ('sending', 'given', 'retracting');
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'post', 's.' || id, id, 1, 0, 0 FROM journal_shares WHERE state = 'retracting';
DELETE FROM work WHERE kind = 'share' AND key IN (
    SELECT id FROM journal_shares WHERE state = 'retracting');
DELETE FROM journal_shares WHERE state = 'retracting' AND (writer_id = 0 OR friend_id = 0);
UPDATE journal_shares SET due_at = NULL WHERE state = 'retracting';
ALTER TABLE journal_shares DROP COLUMN dm_channel_id;
ALTER TABLE journal_shares DROP COLUMN message_id;
