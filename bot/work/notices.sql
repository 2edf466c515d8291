-- What people have yet to be told or to answer, and the ring that stands for it. `furthest`: a time
-- after that is a clock's that was wrong, and has come.

-- name: add(id, person_id, guild_id, topic, key, what, about_id, channel_id, watched, news, now, shown_at, public_at, until_at)!
-- What was to be told of the same before is over.
INSERT INTO notices (id, person_id, guild_id, topic, key, what, about_id, channel_id, watched, news,
    noted_at, shown_at, public_at, until_at)
VALUES (:id, :person_id, :guild_id, :topic, :key, :what, :about_id, :channel_id, :watched, :news,
    :now, :shown_at, :public_at, :until_at)
ON CONFLICT (person_id, topic, key, what, about_id) DO UPDATE SET id = :id, state = 'new',
    channel_id = :channel_id, noted_at = :now, shown_at = :shown_at, public_at = :public_at,
    until_at = :until_at;

-- name: notices_of(person_id, guild_id, now, furthest)
-- Guild 0 means everywhere.
SELECT * FROM notices
WHERE person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0) AND until_at > :now
    AND (shown_at <= :now OR shown_at > :furthest)
ORDER BY shown_at, id;

-- name: notice(id, person_id, guild_id, now, furthest)^
SELECT * FROM notices
WHERE id = :id AND person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0)
    AND until_at > :now AND (shown_at <= :now OR shown_at > :furthest);

-- name: many(topic, person_id)^
SELECT count(*) FROM notices WHERE topic = :topic AND person_id = :person_id;

-- name: about(topic, key)
SELECT * FROM notices WHERE topic = :topic AND key = :key ORDER BY id;

-- name: show_from(id, shown_at, public_at)!
UPDATE notices SET shown_at = :shown_at, public_at = :public_at WHERE id = :id;

-- name: looked(person_id, guild_id, now, furthest)!
UPDATE notices SET state = 'over'
WHERE person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0) AND state <> 'over'
    AND (shown_at <= :now OR shown_at > :furthest);

-- name: seen_with(id, person_id, guild_id)
-- News is seen together with all news that stood above it.
SELECT * FROM notices
WHERE person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0)
    AND (id = :id OR (news = 1 AND EXISTS (SELECT 1 FROM notices AS last
        WHERE last.id = :id AND last.person_id = :person_id AND last.news = 1
            AND (notices.shown_at < last.shown_at
                OR (notices.shown_at = last.shown_at AND notices.id < last.id)))));

-- name: end_notice(id)!
DELETE FROM notices WHERE id = :id;

-- name: end_of(topic, key)!
DELETE FROM notices WHERE topic = :topic AND key = :key;

-- name: end_for(topic, key, person_id)!
DELETE FROM notices WHERE topic = :topic AND key = :key AND person_id = :person_id;

-- name: end_in(topic, guild_id, channel_id)!
-- Channel 0 means the whole server.
DELETE FROM notices
WHERE topic = :topic AND guild_id = :guild_id AND (channel_id = :channel_id OR :channel_id = 0);

-- name: old(now)
SELECT * FROM notices WHERE until_at <= :now;

-- name: forget_person(person_id)!
DELETE FROM notices WHERE person_id = :person_id OR about_id = :person_id;

-- name: forget_guild(guild_id)!
DELETE FROM notices WHERE guild_id = :guild_id;

-- -- ringing -------------------------------------------------------------------------------------

-- name: to_ring(person_id, now)
SELECT * FROM notices WHERE person_id = :person_id AND state = 'new' AND until_at > :now
ORDER BY shown_at, id;

-- name: cover(person_id, guild_id, now, furthest)
-- Whoever opens a ring is shown all of this.
UPDATE notices SET state = 'rung'
WHERE person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0) AND state = 'new'
    AND until_at > :now AND (shown_at <= :now OR shown_at > :furthest)
RETURNING id;

-- name: rings_no_more(id)!
UPDATE notices SET state = 'over' WHERE id = :id;

-- name: ring(person_id)^
SELECT * FROM rings WHERE person_id = :person_id;

-- name: ring_is_up(person_id, guild_id, now, channel_id, message_id)!
INSERT INTO rings (person_id, guild_id, rung_at, opened, channel_id, message_id)
VALUES (:person_id, :guild_id, :now, 0, :channel_id, :message_id)
ON CONFLICT (person_id) DO UPDATE SET guild_id = :guild_id, rung_at = :now, opened = 0,
    channel_id = :channel_id, message_id = :message_id;

-- name: open_ring(person_id)^
-- Once nothing is left that it rang for.
UPDATE rings SET opened = 1
WHERE person_id = :person_id AND opened = 0 AND message_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM notices
        WHERE notices.person_id = rings.person_id AND notices.state = 'rung')
RETURNING person_id;

-- name: press_ring(person_id, message_id)^
UPDATE rings SET opened = 1
WHERE person_id = :person_id AND message_id = :message_id
RETURNING person_id;

-- name: ring_is_down(person_id, message_id)!
UPDATE rings SET channel_id = NULL, message_id = NULL
WHERE person_id = :person_id AND message_id = :message_id;

-- name: rang_in_vain(person_id)!
UPDATE notices SET state = 'over' WHERE person_id = :person_id AND state = 'rung';

-- name: forget_ring(person_id)!
DELETE FROM rings WHERE person_id = :person_id;

-- name: forget_rings_of_guild(guild_id)!
DELETE FROM rings WHERE guild_id = :guild_id;
