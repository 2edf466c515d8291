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
SET state = 'due', guild_id = :guild_id, channel_id = :channel_id, no_dm = 0,
    due_at = CASE WHEN rings.rung_at <= :now AND rings.rung_at + :pause > :due
        THEN rings.rung_at + :pause ELSE :due END
WHERE rings.state = 'quiet' OR (rings.state = 'due' AND rings.due_at
    > CASE WHEN rings.rung_at <= :now AND rings.rung_at + :pause > :due
        THEN rings.rung_at + :pause ELSE :due END)
RETURNING due_at;

-- name: take_ring(person_id, now, furthest)^
UPDATE rings SET state = 'ringing'
WHERE person_id = :person_id AND state IN ('due', 'ringing')
    AND (due_at <= :now OR due_at > :furthest)
RETURNING *;

-- name: ring_in_public(person_id, until)!
UPDATE rings SET state = 'due', due_at = :until, no_dm = 1
WHERE person_id = :person_id AND state = 'ringing';

-- name: ring_is_up(person_id, now, until, channel_id, message_id)^
-- If they have looked meanwhile, it is taken down at once.
UPDATE rings SET rung_at = :now, place_channel_id = :channel_id, place_message_id = :message_id,
    due_at = CASE WHEN state = 'ringing' THEN CAST(:until AS BIGINT) ELSE :now END,
    state = CASE WHEN state = 'ringing' THEN 'up' ELSE state END
WHERE person_id = :person_id
RETURNING *;

-- name: drop_ring(person_id)!
DELETE FROM rings WHERE person_id = :person_id AND state = 'ringing';

-- name: quiet_ring(person_id)^
UPDATE rings SET state = 'quiet', due_at = rung_at
WHERE person_id = :person_id AND state <> 'quiet'
RETURNING person_id;

-- name: ring_is_down(person_id, message_id)^
-- Also one that was given up: it blocks no later one.
UPDATE rings SET place_channel_id = NULL, place_message_id = NULL,
    state = CASE WHEN state = 'up' THEN 'quiet' ELSE state END
WHERE person_id = :person_id AND place_message_id = :message_id
RETURNING *;

-- name: forget_quiet_ring(person_id)!
DELETE FROM rings WHERE person_id = :person_id AND state = 'quiet';

-- name: depart(guild_id, now)!
INSERT INTO departures (guild_id, left_at) VALUES (:guild_id, :now) ON CONFLICT DO NOTHING;

-- name: come_back(guild_id)!
DELETE FROM departures WHERE guild_id = :guild_id;

-- name: known_guilds()
SELECT guild_id FROM flags UNION SELECT guild_id FROM consents UNION SELECT guild_id FROM rules
UNION SELECT guild_id FROM departures UNION SELECT guild_id FROM affinity_groups
UNION SELECT guild_id FROM circles
UNION SELECT guild_id FROM journal_shares WHERE state NOT IN ('given', 'retracting');

-- name: departed(guild_id)^
SELECT left_at FROM departures WHERE guild_id = :guild_id;

-- name: forget_rings_of_guild(guild_id)!
DELETE FROM rings WHERE guild_id = :guild_id;

-- name: forget_person_dms(person_id)!
DELETE FROM dm_permissions WHERE person_id = :person_id;

-- name: forget_person_rings(person_id)!
DELETE FROM rings WHERE person_id = :person_id;
