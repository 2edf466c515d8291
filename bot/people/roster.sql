-- name: dm_permission(person_id)^
SELECT locale, allowed_at FROM dm_permissions WHERE person_id = :person_id;

-- name: allow_dms(person_id, locale, now)!
INSERT INTO dm_permissions (person_id, locale, allowed_at) VALUES (:person_id, :locale, :now)
ON CONFLICT (person_id) DO UPDATE SET locale = :locale;

-- name: stop_dms(person_id)!
DELETE FROM dm_permissions WHERE person_id = :person_id;

-- name: depart(guild_id, now)!
INSERT INTO departures (guild_id, left_at) VALUES (:guild_id, :now) ON CONFLICT DO NOTHING;

-- name: come_back(guild_id)!
DELETE FROM departures WHERE guild_id = :guild_id;

-- name: known_guilds()
SELECT guild_id FROM flags UNION SELECT guild_id FROM consents UNION SELECT guild_id FROM rules
UNION SELECT guild_id FROM departures UNION SELECT guild_id FROM affinity_groups
UNION SELECT guild_id FROM circles
UNION SELECT guild_id FROM journal_shares WHERE state <> 'given'
UNION SELECT guild_id FROM notices;

-- name: departed(guild_id)^
SELECT left_at FROM departures WHERE guild_id = :guild_id;

-- name: forget_person_dms(person_id)!
DELETE FROM dm_permissions WHERE person_id = :person_id;
