-- One queue for what falls due, in place of a time and a lock in each family's tables.

-- One piece of work. `key`: the row of its family's that it is about; nothing else of it stands
-- here. `turn`: pieces of one turn, such as a server's, are done one after the other. `urgent`: a
-- take-back or an erasure. `due_at`: to be looked at from then on, as noted at `noted_at`.
-- `busy_until`: a process is at it until then; `again`: it was added once more since. `tries`: how
-- often it was tried in vain, in a row.
CREATE TABLE work (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    turn TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    busy_until BIGINT NOT NULL DEFAULT 0,
    again BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key)
);
CREATE INDEX work_by_due ON work (urgent, due_at);
CREATE INDEX work_by_turn ON work (turn);

-- Whatever waits is looked at once, and says itself when it is due.

-- Posts under a consent.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'post', id, consent_id, 1, 0, 0 FROM posts WHERE state <> 'up';
DROP INDEX posts_by_due;
ALTER TABLE posts DROP COLUMN due_at;
ALTER TABLE posts DROP COLUMN attempts;

-- Rings and departures. `no_dm`: this person's DMs have turned out to be closed.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'ring', CAST(person_id AS TEXT), CAST(person_id AS TEXT), 0, 0, 0 FROM rings;
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'departed server', CAST(guild_id AS TEXT), CAST(guild_id AS TEXT), 0, 0, 0 FROM departures;
ALTER TABLE rings DROP COLUMN tries;
ALTER TABLE rings ADD COLUMN no_dm BIGINT NOT NULL DEFAULT 0;

-- Announcements.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'announcement', id, CAST(guild_id AS TEXT), 0, 0, 0 FROM rule_changes WHERE state = 'due';
DROP INDEX rule_changes_by_due;
ALTER TABLE rule_changes DROP COLUMN attempts;
ALTER TABLE rule_changes DROP COLUMN due_at;

-- Groups, questions, and what people are told of them.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'group', id, CAST(guild_id AS TEXT), 0, 0, 0 FROM affinity_groups;
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'decision', id, CAST(guild_id AS TEXT), 0, 0, 0 FROM decisions
WHERE state IN ('open', 'invited');
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'group news', id, group_id, 0, 0, 0 FROM group_news WHERE rung = 0;
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'disappearing', id, id, 0, 0, 0 FROM affinity_groups WHERE disappear_days > 0;
DROP INDEX affinity_groups_by_due;
DROP INDEX affinity_groups_by_sweep;
DROP INDEX decisions_by_due;
ALTER TABLE affinity_groups DROP COLUMN due_at;
ALTER TABLE affinity_groups DROP COLUMN sweep_at;
CREATE INDEX group_news_to_ring ON group_news (group_id, due_at) WHERE rung = 0;

-- Reminders, shares, and keys of journals.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'reminder', CAST(person_id AS TEXT), CAST(person_id AS TEXT), 0, 0, 0
FROM journal_reminders WHERE state = 'on';
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'share', id, id, CASE WHEN state = 'retracting' THEN 1 ELSE 0 END, 0, 0
FROM journal_shares WHERE due_at IS NOT NULL OR news = 1;
-- A key in the making was left behind by a process that died.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'journal key', key_id, key_id, 1, 0, 0 FROM journal_keys WHERE state <> 'used';
DROP INDEX journal_reminders_by_due;
DROP INDEX journal_shares_by_due;
DROP INDEX journal_shares_by_news;
ALTER TABLE journal_keys DROP COLUMN seen_at;

-- Circles, and what people are told of them. `due_at` of a circle: a draft, or one that failed,
-- stands until then.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'circle', id, CAST(guild_id AS TEXT), 0, 0, 0 FROM circles;
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'circle news', circle_id || ' ' || CAST(person_id AS TEXT), CAST(person_id AS TEXT), 0, 0, 0
FROM circle_joins WHERE news <> '' AND told = 0;
DROP INDEX circles_by_due;
ALTER TABLE circles DROP COLUMN busy_until;
DROP INDEX circle_joins_by_news;
ALTER TABLE circle_joins DROP COLUMN free_at;

-- Answers to suggestions.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'suggestion', id, CAST(guild_id AS TEXT), 0, 0, 0 FROM reading_suggestions
WHERE due_at IS NOT NULL;
DROP INDEX reading_suggestions_by_due;

-- Doors.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
SELECT 'door', CAST(guild_id AS TEXT), CAST(guild_id AS TEXT), 0, 0, 0 FROM doors;
DROP INDEX doors_by_due;
ALTER TABLE doors DROP COLUMN again;
ALTER TABLE doors DROP COLUMN attempts;
ALTER TABLE doors DROP COLUMN taken_until;
ALTER TABLE doors DROP COLUMN due_at;
