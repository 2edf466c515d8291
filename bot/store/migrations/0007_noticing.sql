-- Noticing: who is to be told that a message of theirs seems to speak for somebody, and the door.

-- One person or role that a message seems to speak for, until its author has done with it. Ids
-- alone, nothing of what was written. Discord numbers roles and people alike: `is_role` is 1 for a
-- role.
CREATE TABLE nudges (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    is_role BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    UNIQUE (message_id, target_id)
);
CREATE INDEX nudges_by_author ON nudges (author_id, due_at);
CREATE INDEX nudges_by_target ON nudges (target_id);
CREATE INDEX nudges_by_due ON nudges (due_at);

-- Who was nudged less than an hour ago, and is left in peace until then.
CREATE TABLE nudge_rests (
    author_id BIGINT PRIMARY KEY,
    until_at BIGINT NOT NULL
);
CREATE INDEX nudge_rests_by_end ON nudge_rests (until_at);

-- "Hold at the door": the rule that the bot made in a server's AutoMod. `rule_id` NULL: there is
-- none, or none that is known. `last_set`: fingerprints of what the bot last set in it, '' for
-- nothing; whatever differs from that was changed by hand. `by_hand`: what that is. `state`:
-- making (not there yet), up, deleted (by hand; not made again by itself), lacking (a permission),
-- full (Discord takes no more rules), failing (Discord did not take it), leaving (it still has to
-- go). `again` 1: something has changed since a process took it (until `taken_until`) to look.
CREATE TABLE doors (
    guild_id BIGINT PRIMARY KEY,
    rule_id BIGINT,
    last_set TEXT NOT NULL DEFAULT '',
    by_hand TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'making',
    again BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    taken_until BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL
);
CREATE INDEX doors_by_due ON doors (due_at);
