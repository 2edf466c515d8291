-- name: dm_permission(person_id)^
SELECT locale, allowed_at FROM dm_permissions WHERE person_id = :person_id;

-- name: allow_dms(person_id, locale, now)!
INSERT INTO dm_permissions (person_id, locale, allowed_at) VALUES (:person_id, :locale, :now)
ON CONFLICT (person_id) DO UPDATE SET locale = :locale;

-- name: stop_dms(person_id)!
DELETE FROM dm_permissions WHERE person_id = :person_id;

-- name: ring_of(person_id)^
SELECT * FROM rings WHERE person_id = :person_id;

-- name: want_ring(person_id, guild_id, channel_id, now, due, pause)^
-- A ring that is due by then, under way or up already is enough; a quiet one waits out its hour. A
-- time of the last one that has yet to come is a clock's that was wrong.
INSERT INTO rings (person_id, guild_id, channel_id, state, due_at)
VALUES (:person_id, :guild_id, :channel_id, 'due', :due)
ON CONFLICT (person_id) DO UPDATE
SET state = 'due', guild_id = :guild_id, channel_id = :channel_id, tries = 0,
    due_at = CASE WHEN rings.rung_at <= :now AND rings.rung_at + :pause > :due
        THEN rings.rung_at + :pause ELSE :due END,
    place_channel_id = NULL, place_message_id = NULL
WHERE rings.state = 'quiet' OR (rings.state = 'due' AND rings.due_at
    > CASE WHEN rings.rung_at <= :now AND rings.rung_at + :pause > :due
        THEN rings.rung_at + :pause ELSE :due END)
RETURNING due_at;

-- name: take_ring(person_id, now, until, furthest)^
UPDATE rings SET state = 'ringing', due_at = :until
WHERE person_id = :person_id AND state IN ('due', 'ringing')
    AND (due_at <= :now OR due_at > :furthest)
RETURNING *;

-- name: put_off_ring(person_id, until, tries)!
UPDATE rings SET due_at = :until, tries = :tries
WHERE person_id = :person_id AND state = 'ringing';

-- name: ring_is_up(person_id, now, until, channel_id, message_id)^
UPDATE rings SET state = 'up', rung_at = :now, due_at = :until, tries = 0,
    place_channel_id = :channel_id, place_message_id = :message_id
WHERE person_id = :person_id AND state = 'ringing'
RETURNING person_id;

-- name: drop_ring(person_id)!
DELETE FROM rings WHERE person_id = :person_id AND state = 'ringing';

-- name: quiet_ring(person_id)^
UPDATE rings SET state = 'quiet', due_at = rung_at
WHERE person_id = :person_id AND state <> 'quiet'
RETURNING place_channel_id, place_message_id;

-- name: take_stale_ring(person_id, now, furthest)^
UPDATE rings SET state = 'quiet', due_at = rung_at
WHERE person_id = :person_id AND state = 'up' AND (due_at <= :now OR due_at > :furthest)
RETURNING place_channel_id, place_message_id;

-- name: ring_still_stands(person_id, channel_id, message_id, until, most)!
UPDATE rings SET state = 'up', due_at = :until, tries = tries + 1,
    place_channel_id = :channel_id, place_message_id = :message_id
WHERE person_id = :person_id AND state = 'quiet' AND tries < :most;

-- name: due_rings(now, furthest, most)
-- What would be due later than anything can be was written while the clock was wrong.
SELECT person_id, state FROM rings
WHERE state <> 'quiet' AND (due_at <= :now OR due_at > :furthest) ORDER BY due_at LIMIT :most;

-- name: forget_quiet_rings(before)!
DELETE FROM rings WHERE state = 'quiet' AND rung_at <= :before;

-- name: depart(guild_id, now)!
INSERT INTO departures (guild_id, left_at) VALUES (:guild_id, :now) ON CONFLICT DO NOTHING;

-- name: come_back(guild_id)!
DELETE FROM departures WHERE guild_id = :guild_id;

-- name: known_guilds()
SELECT guild_id FROM flags UNION SELECT guild_id FROM consents UNION SELECT guild_id FROM rules
UNION SELECT guild_id FROM departures UNION SELECT guild_id FROM affinity_groups
UNION SELECT guild_id FROM circles
UNION SELECT guild_id FROM journal_shares WHERE state NOT IN ('given', 'retracting');

-- name: departed(before)
SELECT guild_id FROM departures WHERE left_at <= :before;

-- name: forget_rings_of_guild(guild_id)!
DELETE FROM rings WHERE guild_id = :guild_id;

-- name: forget_person_dms(person_id)!
DELETE FROM dm_permissions WHERE person_id = :person_id;

-- name: forget_person_rings(person_id)!
DELETE FROM rings WHERE person_id = :person_id;
