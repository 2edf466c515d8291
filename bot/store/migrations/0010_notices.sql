-- One table of what people have yet to be told or to answer, in place of one in each family's
-- tables.

-- One thing for one person. `topic` and `key`: the row of its family that it is about; `what`: what
-- happened, where that does not show in the row; `about_id`: whom else it is about, or 0.
-- `channel_id`: where it happened, or 0; `watched`: others could watch it there. `news`: a line that
-- is seen together with other news. `state`: new (to be rung for), rung (a ring stands for it), over
-- (nothing rings for it). It is shown, and told by DM, from `shown_at` on, rung for where others see
-- it from `public_at` on, and forgotten at `until_at`.
CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    what TEXT NOT NULL DEFAULT '',
    about_id BIGINT NOT NULL DEFAULT 0,
    channel_id BIGINT NOT NULL DEFAULT 0,
    watched BIGINT NOT NULL DEFAULT 0,
    news BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'new',
    noted_at BIGINT NOT NULL,
    shown_at BIGINT NOT NULL,
    public_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    UNIQUE (person_id, topic, key, what, about_id)
);
CREATE INDEX notices_by_row ON notices (topic, key);
CREATE INDEX notices_by_other ON notices (about_id) WHERE about_id <> 0;
CREATE INDEX notices_by_guild ON notices (guild_id);
CREATE INDEX notices_by_end ON notices (until_at);

-- Requests, and what became of them.
INSERT INTO notices (id, person_id, guild_id, topic, key, about_id, channel_id, state, noted_at,
    shown_at, public_at, until_at)
SELECT 'r.' || id, CASE WHEN opener_id = person_id THEN holder_id ELSE person_id END, guild_id,
    'request', id, opener_id, channel_id, 'over', opened_at, opened_at, opened_at, due_at
FROM consents WHERE state = 'waiting' AND hidden = 0;
INSERT INTO notices (id, person_id, guild_id, topic, key, about_id, channel_id, state, noted_at,
    shown_at, public_at, until_at)
SELECT 'r.' || id, opener_id, guild_id, 'request', id, person_id, channel_id, 'over', changed_at,
    changed_at, changed_at, due_at
FROM consents WHERE state = 'edited';
INSERT INTO notices (id, person_id, guild_id, topic, key, about_id, channel_id, news, state,
    noted_at, shown_at, public_at, until_at)
SELECT 'a.' || id, news_for, guild_id, 'answer', id,
    CASE WHEN news_for = person_id THEN holder_id ELSE person_id END, channel_id, 1, 'over',
    changed_at, changed_at, changed_at, changed_at + 2592000
FROM consents WHERE news_for IS NOT NULL AND state <> 'edited';
DROP INDEX consents_by_news;
ALTER TABLE consents DROP COLUMN news_for;

-- Posts. `remains`: whoever took the words back was told that they still stand there, and is told
-- once they do not.
ALTER TABLE posts ADD COLUMN remains BIGINT NOT NULL DEFAULT 0;

-- Objections. What stays of them keeps one from being made twice.
INSERT INTO notices (id, person_id, guild_id, topic, key, channel_id, watched, state, noted_at,
    shown_at, public_at, until_at)
SELECT 'o.' || id, author_id, guild_id, 'objection', CAST(message_id AS TEXT), channel_id, 1,
    'over', due_at - 604800, due_at - 604800, due_at - 604800, due_at
FROM objections WHERE hidden = 0
ON CONFLICT DO NOTHING;
DROP INDEX objections_by_author;
ALTER TABLE objections DROP COLUMN author_id;
ALTER TABLE objections DROP COLUMN hidden;

-- What people are told of groups. Chance has picked when to ring for it, within six hours.
INSERT INTO notices (id, person_id, guild_id, topic, key, what, about_id, channel_id, news, state,
    noted_at, shown_at, public_at, until_at)
SELECT 'g.' || id, person_id, guild_id, CASE WHEN kind = 'lost' THEN 'lost channel'
    ELSE 'group news' END, group_id, CASE WHEN kind = 'lost' THEN '' ELSE kind END,
    COALESCE(subject_id, 0), channel_id, CASE WHEN kind = 'lost' THEN 0 ELSE 1 END,
    CASE WHEN rung = 0 THEN 'new' ELSE 'over' END, due_at - 21600,
    CASE WHEN kind = 'parting_passed' THEN due_at ELSE due_at - 21600 END, due_at, due_at + 2592000
FROM group_news WHERE kind <> 'waits'
ON CONFLICT DO NOTHING;
INSERT INTO notices (id, person_id, guild_id, topic, key, state, noted_at, shown_at, public_at,
    until_at)
SELECT 'i.' || id, subject_id, guild_id, 'invitation', id,
    CASE WHEN EXISTS (SELECT 1 FROM group_news WHERE group_news.group_id = decisions.group_id
        AND group_news.person_id = decisions.subject_id AND group_news.kind = 'waits'
        AND group_news.rung = 0) THEN 'new' ELSE 'over' END,
    opened_at, opened_at, opened_at, due_at
FROM decisions WHERE state = 'invited' AND why <> 'hidden' AND subject_id > 0;
INSERT INTO notices (id, person_id, guild_id, topic, key, about_id, watched, state, noted_at,
    shown_at, public_at, until_at)
SELECT 'p.' || decisions.id || '.' || CAST(ballots.person_id AS TEXT), ballots.person_id,
    decisions.guild_id, 'parting', decisions.id, decisions.subject_id, 1,
    CASE WHEN group_news.id IS NULL THEN 'over' ELSE 'new' END, decisions.opened_at,
    decisions.opened_at, COALESCE(group_news.due_at, decisions.opened_at), decisions.due_at
FROM decisions JOIN ballots ON ballots.decision_id = decisions.id
JOIN group_members ON group_members.group_id = decisions.group_id
    AND group_members.person_id = ballots.person_id
LEFT JOIN group_news ON group_news.group_id = decisions.group_id
    AND group_news.person_id = ballots.person_id AND group_news.kind = 'waits'
    AND group_news.subject_id = decisions.subject_id AND group_news.rung = 0
WHERE decisions.state = 'open' AND decisions.kind = 'parting' AND ballots.sealed IS NULL
    AND group_members.state <> 'leaving'
ON CONFLICT DO NOTHING;
DROP TABLE group_news;

-- Circles.
INSERT INTO notices (id, person_id, guild_id, topic, key, what, channel_id, watched, state,
    noted_at, shown_at, public_at, until_at)
SELECT 'c.' || circles.id || '.' || CAST(circle_joins.person_id AS TEXT), circle_joins.person_id,
    circles.guild_id, 'circle', circles.id, circle_joins.news, circles.channel_id,
    CASE WHEN circle_joins.news = 'failed' THEN 0 ELSE 1 END,
    CASE WHEN circle_joins.told = 0 THEN 'new' ELSE 'over' END, 0, 0, 0,
    CASE circle_joins.news WHEN 'soon' THEN circles.starts_at WHEN 'failed' THEN circles.due_at
        ELSE circles.starts_at + 10800 END
FROM circle_joins JOIN circles ON circles.id = circle_joins.circle_id
WHERE circle_joins.news <> '';
-- That is all that is left of these.
DELETE FROM circle_joins WHERE circle_id IN (
    SELECT id FROM circles WHERE state IN ('cancelled', 'failed'));
ALTER TABLE circle_joins DROP COLUMN news;
ALTER TABLE circle_joins DROP COLUMN turn;
ALTER TABLE circle_joins DROP COLUMN told;

-- Shared entries.
INSERT INTO notices (id, person_id, guild_id, topic, key, about_id, channel_id, state, noted_at,
    shown_at, public_at, until_at)
SELECT 's.' || id, CASE WHEN state = 'asking' THEN friend_id ELSE writer_id END, guild_id,
    'shared entry', id, CASE WHEN state = 'asking' THEN writer_id ELSE friend_id END, channel_id,
    CASE WHEN news = 1 THEN 'new' ELSE 'over' END, 0, 0, 0, COALESCE(due_at, 0)
FROM journal_shares
WHERE writer_id <> 0 AND friend_id <> 0 AND (state = 'confirming'
    OR (state = 'asking' AND hidden = 0)
    OR (state IN ('declined', 'lapsed', 'unreached', 'given') AND news > 0));
-- Nothing falls due any more of what a friend has.
UPDATE journal_shares SET due_at = NULL WHERE state = 'given';
ALTER TABLE journal_shares DROP COLUMN news;

-- Answers to suggestions.
INSERT INTO notices (id, person_id, guild_id, topic, key, watched, state, noted_at, shown_at,
    public_at, until_at)
SELECT 'l.' || id, person_id, guild_id, 'suggestion', id, 1,
    CASE WHEN rung = 0 THEN 'new' ELSE 'over' END, due_at - 46800, due_at - 46800, due_at,
    due_at + 2592000
FROM reading_suggestions WHERE state <> 'open' AND due_at IS NOT NULL;
ALTER TABLE reading_suggestions DROP COLUMN rung;
ALTER TABLE reading_suggestions DROP COLUMN due_at;
ALTER TABLE reading_suggestions DROP COLUMN channel_id;

-- Messages that seem to speak for somebody.
INSERT INTO notices (id, person_id, guild_id, topic, key, what, about_id, channel_id, watched,
    state, noted_at, shown_at, public_at, until_at)
SELECT 'm.' || id, author_id, guild_id, 'nudge', CAST(message_id AS TEXT),
    CASE WHEN is_role = 1 THEN 'role' ELSE '' END, target_id, channel_id, 1, 'over',
    due_at - 86400, due_at - 86400, due_at - 86400, due_at
FROM nudges;
DROP TABLE nudges;

-- Rings that had yet to be rung are rung for what waits there.
UPDATE notices SET state = 'new', public_at = (
    SELECT rings.due_at FROM rings WHERE rings.person_id = notices.person_id)
WHERE state = 'over' AND EXISTS (
    SELECT 1 FROM rings WHERE rings.person_id = notices.person_id
        AND rings.guild_id = notices.guild_id AND rings.state IN ('due', 'ringing'));

-- Somebody's last ring, by DM (guild 0) or in a server. `opened`: it has to go. `message_id` NULL:
-- it is down, and `rung_at` keeps the next one from coming within the hour.
DELETE FROM rings WHERE rung_at = 0 AND place_message_id IS NULL;
UPDATE rings SET guild_id = 0;
ALTER TABLE rings DROP COLUMN channel_id;
ALTER TABLE rings RENAME COLUMN place_channel_id TO channel_id;
ALTER TABLE rings RENAME COLUMN place_message_id TO message_id;
ALTER TABLE rings ADD COLUMN opened BIGINT NOT NULL DEFAULT 0;
UPDATE rings SET opened = 1 WHERE state = 'quiet';
-- Whoever opens a ring that stands has seen what it rang for.
UPDATE notices SET state = 'rung' WHERE state = 'over' AND EXISTS (
    SELECT 1 FROM rings WHERE rings.person_id = notices.person_id AND rings.opened = 0
        AND rings.message_id IS NOT NULL);
ALTER TABLE rings DROP COLUMN state;
ALTER TABLE rings DROP COLUMN due_at;
ALTER TABLE rings DROP COLUMN no_dm;

DELETE FROM work WHERE kind IN ('group news', 'circle news', 'suggestion');
DELETE FROM work WHERE kind = 'ring';
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'ring', CAST(person_id AS TEXT), CAST(person_id AS TEXT), 0, 0, 0 FROM rings
UNION SELECT 'ring', CAST(person_id AS TEXT), CAST(person_id AS TEXT), 0, 0, 0 FROM notices
WHERE state = 'new';
