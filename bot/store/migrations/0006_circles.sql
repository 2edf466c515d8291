-- Reading circles. No text stands here: what a circle reads is found by its id, in the shared list
-- or in the server's.

-- One circle. `state`: draft (its host looks at it, nothing is public), making (confirmed; Discord
-- has not got all of it yet), open, undoing (it could not be made: what there is of it goes),
-- failed (nothing of it is left, its host has yet to be told), cancelled, over. `named`: the post
-- names its host. `host_id` 0: somebody who has erased their data. `revision` counts what the post
-- has to show, `shown` is what it shows. `event_at`: when Discord's event begins, as it was last
-- brought to; NULL without one. The thread hangs on the post and has its id; `has_thread`: it is
-- there. `begun`: making it was tried before, so what there may be is looked for. `due_at`: when
-- somebody has to look next. `busy_until`: a process is at it until then.
CREATE TABLE circles (
    id TEXT PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    host_id BIGINT NOT NULL,
    named BIGINT NOT NULL DEFAULT 0,
    work_id TEXT NOT NULL,
    language TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    shown BIGINT NOT NULL DEFAULT 0,
    post_id BIGINT,
    event_id BIGINT,
    event_at BIGINT,
    has_thread BIGINT NOT NULL DEFAULT 0,
    begun BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    busy_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX circles_by_guild ON circles (guild_id);
CREATE INDEX circles_by_host ON circles (host_id);
CREATE INDEX circles_by_event ON circles (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX circles_by_post ON circles (post_id) WHERE post_id IS NOT NULL;
CREATE INDEX circles_by_due ON circles (due_at);

-- Who joined, until the circle has ended. `remind`: the reminder has yet to come. `news`: what they
-- have yet to be told (soon, moved, cancelled, failed), empty: nothing; `turn` counts it. `told`:
-- the doorbell rang for it, and it waits in their inbox. `free_at`: a process is telling them
-- until then.
CREATE TABLE circle_joins (
    circle_id TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    remind BIGINT NOT NULL,
    news TEXT NOT NULL DEFAULT '',
    turn BIGINT NOT NULL DEFAULT 0,
    told BIGINT NOT NULL DEFAULT 0,
    free_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (circle_id, person_id)
);
CREATE INDEX circle_joins_by_person ON circle_joins (person_id);
CREATE INDEX circle_joins_by_news ON circle_joins (free_at) WHERE news <> '' AND told = 0;
