-- The journal. Of an entry nothing stands in clear but whose it is, the day (UTC) and its turn
-- on that day: text, title, time and question are sealed under a key that is the journal's
-- alone, so that erasing the journal closes every older backup of it.

-- One person's journal. `key_id` names the key that seals every entry; it changes with the
-- passphrase. `locks` counts how often it was locked, so that every process notices.
CREATE TABLE journals (
    person_id BIGINT PRIMARY KEY,
    key_id TEXT NOT NULL,
    locks BIGINT NOT NULL DEFAULT 0
);

-- Every key of a journal that the keys database may hold. `state`: making (no journal's yet), used
-- (the journal's own), spent (nobody's any more, to be destroyed). `seen_at`: when due work first
-- found it in the making, NULL otherwise; the time of its making would tell when somebody wrote.
CREATE TABLE journal_keys (
    key_id TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'making',
    seen_at BIGINT
);
CREATE INDEX journal_keys_by_person ON journal_keys (person_id);

-- Entries. `revision` binds the seal: only the newest text is kept. `source` is a fingerprint of
-- the direct message it was, or of the card it waited on, under its writer's key; NULL: it came
-- from a form.
CREATE TABLE journal_entries (
    id TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    sealed BYTEA NOT NULL,
    source BYTEA
);
CREATE UNIQUE INDEX journal_entries_in_order ON journal_entries (person_id, day, turn);
CREATE UNIQUE INDEX journal_entries_by_source ON journal_entries (person_id, source)
    WHERE source IS NOT NULL;

-- Passphrases tried, until they are right or forgotten.
CREATE TABLE journal_tries (
    id TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    tried_at BIGINT NOT NULL
);
CREATE INDEX journal_tries_by_person ON journal_tries (person_id);

-- What happens to direct messages (`ask`, `always` or `never`), and in which language the bot
-- answers them: a message carries none.
CREATE TABLE journal_habits (
    person_id BIGINT PRIMARY KEY,
    habit TEXT NOT NULL DEFAULT 'ask',
    language TEXT NOT NULL
);

-- Reminders. Days, time, time zone and quiet hours are sealed in `plan`, because a time zone says
-- where somebody is. `state`: on, off (stopped by the bot, `why` has yet to be told). `message_id`:
-- one waits unanswered in the DM `channel_id`. `failures`: in a row.
CREATE TABLE journal_reminders (
    person_id BIGINT PRIMARY KEY,
    plan BYTEA NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    state TEXT NOT NULL,
    why TEXT,
    due_at BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    channel_id BIGINT,
    message_id BIGINT
);
CREATE INDEX journal_reminders_by_due ON journal_reminders (due_at) WHERE state = 'on';

-- Entries on their slow way to one friend. `state`: waiting (the pause), confirming (the writer is
-- asked again), asking (the friend is asked), sending, given (the friend has it), retracting (the
-- copy has to go), declined, lapsed, unreached (the writer has yet to be told). `pause`: its
-- seconds. `entry_revision`: what the writer meant; an edit begins the pause again. `copy`: the
-- entry, sealed under the friend's key and one of its own, `key_id`, which is in journal_keys, too;
-- both only from the writer's second yes until the friend has it. `hidden`: the friend has blocked
-- the writer. `news`: 1: somebody has yet to be rung for; 2: they were, and it waits in their
-- inbox. `due_at` NULL: nothing falls due any more. `writer_id` and `friend_id` are 0 for somebody
-- who has erased while the bot's message still had to go.
CREATE TABLE journal_shares (
    id TEXT PRIMARY KEY,
    writer_id BIGINT NOT NULL,
    friend_id BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    entry_revision BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    pause BIGINT NOT NULL,
    copy BYTEA,
    key_id TEXT,
    hidden BIGINT NOT NULL DEFAULT 0,
    news BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    dm_channel_id BIGINT,
    message_id BIGINT
);
CREATE INDEX journal_shares_by_writer ON journal_shares (writer_id);
CREATE INDEX journal_shares_by_friend ON journal_shares (friend_id);
CREATE INDEX journal_shares_by_entry ON journal_shares (entry_id);
CREATE INDEX journal_shares_by_key ON journal_shares (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX journal_shares_by_due ON journal_shares (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX journal_shares_by_news ON journal_shares (id) WHERE news = 1;
CREATE INDEX journal_shares_by_guild ON journal_shares (guild_id);
-- One on its way for each pair, whatever two processes do at once.
CREATE UNIQUE INDEX journal_shares_one_open ON journal_shares (writer_id, friend_id)
    WHERE state IN ('waiting', 'confirming', 'asking', 'sending');
