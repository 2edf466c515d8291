-- Affinity groups: who is in, what is being decided, and what Discord was last brought to.
-- Names, purposes and everything people write are sealed under the group's key, together with
-- their author's. Who belongs stands in clear, because Discord has to be brought to it.

-- One group. `state`: opening (started, its channel is not there yet), open, lost (the channel is
-- gone, a member can open another), reopening, closing (decided; it ends as soon as Discord lets
-- go). `channel_name` and `category_id` are what Discord last showed. `revision` binds the name
-- and the purpose. `intro_stale` counts changes that the first message does not show. `due_at`: when Discord is compared with this next. `making_until`: a process is
-- making the channel until then; what is past but not 0 was interrupted. `name_stale`: the group
-- has a new name, which its channel does not show yet. `seen_at`: when members were looked for. `restored`: it came out
-- of a backup, so whoever has no access in Discord any more has left since.
CREATE TABLE affinity_groups (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    name BYTEA NOT NULL,
    purpose BYTEA NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    listed BIGINT NOT NULL,
    admission TEXT NOT NULL,
    quorum TEXT NOT NULL,
    disappear_days BIGINT NOT NULL DEFAULT 0,
    channel_id BIGINT,
    category_id BIGINT,
    channel_name BYTEA,
    name_stale BIGINT NOT NULL DEFAULT 0,
    intro_message_id BIGINT,
    intro_stale BIGINT NOT NULL DEFAULT 1,
    making_until BIGINT NOT NULL DEFAULT 0,
    restored BIGINT NOT NULL DEFAULT 0,
    started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    settled_at BIGINT NOT NULL DEFAULT 0,
    seen_at BIGINT NOT NULL DEFAULT 0,
    sweep_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX affinity_groups_by_guild ON affinity_groups (guild_id, started_at, id);
CREATE INDEX affinity_groups_listed ON affinity_groups (guild_id, started_at, id) WHERE listed = 1;
CREATE INDEX affinity_groups_by_channel ON affinity_groups (channel_id);
CREATE INDEX affinity_groups_by_due ON affinity_groups (due_at);
CREATE INDEX affinity_groups_by_sweep ON affinity_groups (sweep_at) WHERE disappear_days > 0;

-- Members. `state`: joining (a member whose access Discord may not show yet), in, leaving (no
-- member any more, but Discord may still let them in). `away_until`: not waited for until then.
-- `gone_at`: since when they have not been seen in the server.
CREATE TABLE group_members (
    group_id TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    away_until BIGINT,
    gone_at BIGINT,
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX group_members_by_person ON group_members (person_id, guild_id);

-- Questions to a group. `state`: open, passed, failed, ended (it came to nothing without a
-- decision), invited (the group said yes, the invited person has to). `quorum` and `admission` are
-- the group's when it was asked. `card`: none (nothing stands in the channel), stale (what stands
-- there is not what is stored), up. `body` is NULL once it is of no more use. `author_id` 0:
-- somebody who has erased their data.
CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    group_id TEXT NOT NULL,
    guild_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT,
    author_id BIGINT NOT NULL,
    subject_id BIGINT,
    body BYTEA,
    quorum TEXT NOT NULL,
    admission TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    card TEXT NOT NULL,
    message_id BIGINT,
    thread_id BIGINT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    due_at BIGINT NOT NULL
);
CREATE INDEX decisions_by_group ON decisions (group_id, opened_at, id);
CREATE INDEX decisions_by_open ON decisions (group_id, opened_at, id) WHERE state = 'open';
CREATE INDEX decisions_standing ON decisions (group_id, message_id)
    WHERE state IN ('open', 'invited');
CREATE INDEX decisions_by_subject ON decisions (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX decisions_by_author ON decisions (author_id);
CREATE INDEX decisions_by_due ON decisions (due_at) WHERE state IN ('open', 'invited');
CREATE INDEX decisions_secret ON decisions (closed_at)
    WHERE kind IN ('knock', 'invitation', 'parting');
CREATE INDEX decisions_by_card ON decisions (group_id, opened_at, id) WHERE card = 'stale';
-- One open question of this kind about one person, whatever two processes do at once.
CREATE UNIQUE INDEX decisions_one_open ON decisions (group_id, kind, subject_id)
    WHERE state IN ('open', 'invited') AND kind IN ('knock', 'invitation', 'parting');

-- Who has a say in a question, and what they said. An answer by name stands in `answer`, a secret
-- one is sealed under its author's key in `sealed`. No row: no say.
CREATE TABLE ballots (
    decision_id TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    answer TEXT,
    sealed BYTEA,
    reason BYTEA,
    revision BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (decision_id, person_id)
);
CREATE INDEX ballots_by_person ON ballots (person_id);

-- What one person has yet to be told; shown from due_at on. `rung`: the doorbell rang for it, in
-- `channel_id` if they can see that (0: wherever they can be reached).
CREATE TABLE group_news (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    group_id TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT,
    channel_id BIGINT NOT NULL,
    rung BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL
);
CREATE INDEX group_news_by_person ON group_news (person_id, due_at);
CREATE INDEX group_news_by_due ON group_news (due_at);

-- What a group was told about its channel, so that it is told once.
CREATE TABLE group_notices (
    group_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    target_id BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, kind, target_id)
);

-- The category the bot made for the groups of a server.
CREATE TABLE group_places (
    guild_id BIGINT PRIMARY KEY,
    category_id BIGINT NOT NULL
);
