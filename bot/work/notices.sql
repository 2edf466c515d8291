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

-- name: ring_is_up(person_id, now)!
INSERT INTO rings (person_id, rung_at) VALUES (:person_id, :now)
ON CONFLICT (person_id) DO UPDATE SET rung_at = :now;

-- name: rings_for(person_id)^
SELECT id FROM notices WHERE person_id = :person_id AND state = 'rung' LIMIT 1;

-- name: rang(person_id)!
UPDATE notices SET state = 'over' WHERE person_id = :person_id AND state = 'rung';

-- name: forget_ring(person_id)!
DELETE FROM rings WHERE person_id = :person_id;

-- name: forget_line(key)!
-- Also one that could not be taken down: it names them.
DELETE FROM posts WHERE topic = 'ring' AND key = :key;
