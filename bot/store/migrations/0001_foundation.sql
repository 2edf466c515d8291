-- The first schema: people, consents, rules.
-- One text for SQLite and Postgres: times and periods are integer seconds (UTC), switches are 0
-- or 1, ids of our own making are text, Discord's are BIGINT, sealed texts are BYTEA.

-- The bot's own two facts: `instance` (which keys database belongs here) and `commands` (the
-- digest of the commands Discord was last told).
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Servers that the bot was removed from; what is stored for them goes 30 days later.
CREATE TABLE departures (
    guild_id BIGINT PRIMARY KEY,
    left_at BIGINT NOT NULL
);

-- People who allowed DMs. No row: no DM.
CREATE TABLE dm_permissions (
    person_id BIGINT PRIMARY KEY,
    locale TEXT NOT NULL,
    allowed_at BIGINT NOT NULL
);

-- At most one ring a person. `state`: due (to be rung at due_at), ringing (some process is at it
-- until due_at), up (rung, to be removed at due_at), quiet (opened; kept an hour, so that there is
-- at most one ring an hour).
CREATE TABLE rings (
    person_id BIGINT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    rung_at BIGINT NOT NULL DEFAULT 0,
    place_channel_id BIGINT,
    place_message_id BIGINT
);

-- A member's own flag. No row: "ask me first".
CREATE TABLE flags (
    guild_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    choice TEXT NOT NULL,
    note BYTEA,
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (guild_id, person_id)
);

-- Consents, from the request to the end. `due_at` is when an open request lapses or a grant
-- expires. `hidden`: the one asked left it, or blocks the opener; the opener must not be able to
-- tell. `news_for`: who has yet to be shown the last change. Words and place are NULL once it is
-- over.
CREATE TABLE consents (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    holder_id BIGINT NOT NULL,
    opener_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    hidden BIGINT NOT NULL DEFAULT 0,
    words BYTEA,
    place BYTEA,
    speak_channel_id BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    news_for BIGINT
);
CREATE INDEX consents_by_person ON consents (person_id, state);
CREATE INDEX consents_by_holder ON consents (holder_id, state);
CREATE INDEX consents_by_news ON consents (news_for) WHERE news_for IS NOT NULL;
CREATE INDEX consents_by_due ON consents (due_at) WHERE state IN ('waiting', 'edited', 'live');
CREATE INDEX consents_by_end ON consents (changed_at);
-- One open request a pair and direction, whatever two processes do at once.
CREATE UNIQUE INDEX consents_one_open ON consents (guild_id, opener_id, person_id, holder_id)
    WHERE state IN ('waiting', 'edited');

-- What the bot posted under a consent. `state`: sending (until due_at), up, blank (the words must
-- go; tried again at due_at). `blanked_by`: person or holder, whoever's act took the words out. No
-- key to consents: a post outlives the row of somebody who erased
-- everything until its words are out.
CREATE TABLE posts (
    id TEXT PRIMARY KEY,
    consent_id TEXT NOT NULL,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT,
    state TEXT NOT NULL,
    blanked_by TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL
);
CREATE INDEX posts_by_consent ON posts (consent_id);
CREATE INDEX posts_by_due ON posts (due_at) WHERE state <> 'up';

-- Whom a person does not want to be asked by: `block` (for good, silent) or `no` (after a no,
-- until until_at). The other one is kept as a fingerprint under the owner's key. A block holds
-- everywhere: its guild_id is 0.
CREATE TABLE refusals (
    owner_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    mark BYTEA NOT NULL,
    until_at BIGINT,
    PRIMARY KEY (owner_id, guild_id, kind, mark)
);
CREATE INDEX refusals_by_end ON refusals (until_at) WHERE until_at IS NOT NULL;

-- What limits asking: each act takes a slot for a day.
CREATE TABLE slots (
    person_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    number BIGINT NOT NULL,
    free_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, guild_id, act, number)
);
CREATE INDEX slots_by_end ON slots (free_at);

-- "This speaks for me": ids only, until the author has seen it.
CREATE TABLE objections (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    objector_id BIGINT NOT NULL,
    hidden BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    UNIQUE (message_id, objector_id)
);
CREATE INDEX objections_by_author ON objections (author_id);
CREATE INDEX objections_by_due ON objections (due_at);

-- What moderators decided. No row: the default.
CREATE TABLE rules (
    guild_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (guild_id, name)
);

-- Every change, kept with its author (0: somebody who has erased their data since). `state`:
-- due (to be posted at due_at), told (posted), kept (there is no announcement channel).
CREATE TABLE rule_changes (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    before_value TEXT,
    after_value TEXT,
    author_id BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL
);
CREATE INDEX rule_changes_by_guild ON rule_changes (guild_id, changed_at);
CREATE INDEX rule_changes_by_due ON rule_changes (due_at) WHERE state = 'due';
