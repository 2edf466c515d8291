-- Reading circles, and who joined them.

-- name: draft(id, guild_id, channel_id, host_id, work_id, language, starts_at, until)!
INSERT INTO circles (id, guild_id, channel_id, host_id, work_id, language, starts_at, state, due_at)
VALUES (:id, :guild_id, :channel_id, :host_id, :work_id, :language, :starts_at, 'draft', :until);

-- name: circle(id)^
SELECT * FROM circles WHERE id = :id;

-- name: circle_of_event(event_id)^
SELECT * FROM circles WHERE event_id = :event_id;

-- name: circle_of_thread(thread_id)^
SELECT * FROM circles WHERE thread_id = :thread_id;

-- name: circles_in_channel(channel_id)
SELECT id FROM circles WHERE channel_id = :channel_id AND state = 'open' ORDER BY id;

-- name: ahead(guild_id, host_id, now)^
-- What somebody has ahead, and what waits for their yes.
SELECT count(CASE WHEN state <> 'draft' AND starts_at > :now THEN 1 END) AS ahead,
    count(CASE WHEN state = 'draft' AND due_at > :now THEN 1 END) AS drafts
FROM circles WHERE guild_id = :guild_id AND host_id = :host_id
    AND state IN ('draft', 'making', 'open');

-- name: confirm(id, host_id, named, now)^
UPDATE circles SET state = 'making', named = :named
WHERE id = :id AND host_id = :host_id AND state = 'draft' AND due_at > :now
RETURNING *;

-- name: begin_making(id, seen)^
UPDATE circles SET shown = :seen WHERE id = :id AND shown = 0
RETURNING *;

-- name: has_event(id, event_id, event_at)^
UPDATE circles SET event_id = :event_id, event_at = :event_at
WHERE id = :id AND state = 'making' AND event_id IS NULL
RETURNING *;

-- name: no_thread(id)^
UPDATE circles SET thread_id = NULL WHERE id = :id
RETURNING *;

-- name: is_made(id, thread_id)^
UPDATE circles SET state = 'open', thread_id = :thread_id WHERE id = :id AND state = 'making'
RETURNING *;

-- name: undo(id)^
UPDATE circles SET state = 'undoing' WHERE id = :id AND state = 'making'
RETURNING *;

-- name: fail(id, until)^
UPDATE circles SET state = 'failed', due_at = :until, event_id = NULL, event_at = NULL
WHERE id = :id AND state = 'undoing'
RETURNING *;

-- name: event_is_at(id, event_at)!
UPDATE circles SET event_at = :event_at WHERE id = :id AND event_id IS NOT NULL;

-- name: no_event(id)!
UPDATE circles SET event_id = NULL, event_at = NULL WHERE id = :id;

-- name: post_shows(id, seen)!
UPDATE circles SET shown = :seen WHERE id = :id AND shown < :seen;

-- name: move(id, starts_at, revision, now)^
UPDATE circles SET starts_at = :starts_at, revision = revision + 1
WHERE id = :id AND state = 'open' AND revision = :revision AND starts_at > :now
RETURNING *;

-- name: moved_by_hand(id, starts_at, seen)^
-- `seen`: when the event began before, as far as we know.
UPDATE circles SET starts_at = :starts_at, event_at = :starts_at, revision = revision + 1
WHERE id = :id AND state = 'open' AND event_at = :seen AND starts_at = :seen
RETURNING *;

-- name: cancel(id, now)^
UPDATE circles SET state = 'cancelled', revision = revision + 1
WHERE id = :id AND state = 'open' AND starts_at > :now
RETURNING *;

-- name: end_circle(id, before)^
UPDATE circles SET state = 'over', revision = revision + 1
WHERE id = :id AND state = 'open' AND starts_at <= :before
RETURNING *;

-- name: forget_draft(id)!
DELETE FROM circles WHERE id = :id AND state = 'draft';

-- name: forget_circle(id)!
DELETE FROM circles WHERE id = :id;

-- name: open_circles()
SELECT * FROM circles WHERE state = 'open' ORDER BY id;

-- -- who joined -----------------------------------------------------------------------------------

-- name: join_circle(circle_id, person_id, remind)!
INSERT INTO circle_joins (circle_id, person_id, remind) VALUES (:circle_id, :person_id, :remind)
ON CONFLICT (circle_id, person_id) DO NOTHING;

-- name: joinable(id, now)^
-- Held until the transaction ends, so that nobody joins what ends at the same moment. One that is
-- being made may come to nothing, and only its host would be told.
UPDATE circles SET revision = revision
WHERE id = :id AND state = 'open' AND starts_at > :now
RETURNING *;

-- name: leave_circle(circle_id, person_id)!
DELETE FROM circle_joins WHERE circle_id = :circle_id AND person_id = :person_id;

-- name: remind_all(circle_id, remind)
UPDATE circle_joins SET remind = :remind WHERE circle_id = :circle_id RETURNING person_id;

-- name: call(circle_id)
UPDATE circle_joins SET remind = 0 WHERE circle_id = :circle_id AND remind = 1
RETURNING person_id;

-- name: forget_joins(circle_id)
DELETE FROM circle_joins WHERE circle_id = :circle_id RETURNING person_id;

-- -- keeping --------------------------------------------------------------------------------------

-- name: hosted(person_id)
SELECT * FROM circles WHERE host_id = :person_id ORDER BY starts_at, id;

-- name: joins_of(person_id)
SELECT * FROM circle_joins WHERE person_id = :person_id ORDER BY circle_id;

-- name: forget_drafts_of(person_id)!
DELETE FROM circles WHERE host_id = :person_id AND state IN ('draft', 'failed');

-- name: forget_host(person_id)!
-- A post that names them loses the name.
UPDATE circles SET host_id = 0, named = 0, revision = revision + named WHERE host_id = :person_id;

-- name: forget_joins_of(person_id)!
DELETE FROM circle_joins WHERE person_id = :person_id;

-- name: forget_joins_of_guild(guild_id)!
DELETE FROM circle_joins WHERE circle_id IN (SELECT id FROM circles WHERE guild_id = :guild_id);

-- name: forget_circles_of_guild(guild_id)!
DELETE FROM circles WHERE guild_id = :guild_id;
