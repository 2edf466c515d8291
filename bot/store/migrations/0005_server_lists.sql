-- Servers' own reading lists, and what is suggested for them. What people wrote is sealed: works
-- under a key of the list's, suggestions under that and their author's together.

-- The list of one server. `id` names its key. `revision` counts its changes, so that every process
-- notices.
CREATE TABLE reading_lists (
    guild_id BIGINT PRIMARY KEY,
    id TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 0
);

-- Works on it, in the order of `turn`. `revision` binds the seal. `named_id`: who suggested it and
-- wanted to be named; NULL: nobody is.
CREATE TABLE reading_works (
    guild_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    turn BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    sealed BYTEA NOT NULL,
    named_id BIGINT,
    PRIMARY KEY (guild_id, id)
);
CREATE INDEX reading_works_in_order ON reading_works (guild_id, turn);
CREATE INDEX reading_works_by_name ON reading_works (named_id) WHERE named_id IS NOT NULL;

-- Suggestions. `state`: open; accepted or declined (the suggester has yet to see it). No time says
-- when one was made, and ids are random: their order tells curators nothing. `due_at`: when the
-- doorbell rings for an answer; NULL while it is open. `rung`: it did, in `channel_id` if they can
-- see that.
CREATE TABLE reading_suggestions (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    revision BIGINT NOT NULL DEFAULT 1,
    sealed BYTEA NOT NULL,
    rung BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT
);
CREATE INDEX reading_suggestions_by_guild ON reading_suggestions (guild_id, id);
CREATE INDEX reading_suggestions_by_person ON reading_suggestions (person_id);
CREATE INDEX reading_suggestions_by_due ON reading_suggestions (due_at) WHERE due_at IS NOT NULL;

-- Files that curators have read but not brought in yet, sealed under the list's key. `list_revision`:
-- the list that the preview was made for. Forgotten at `due_at`.
CREATE TABLE reading_imports (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    list_revision BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX reading_imports_by_guild ON reading_imports (guild_id);
CREATE INDEX reading_imports_by_due ON reading_imports (due_at);
