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

-- name: everybody(after, most)
-- Whose rows here stay until somebody ends them; who has a key is known to the keyring.
SELECT person_id FROM dm_permissions WHERE person_id > :after
UNION SELECT person_id FROM flags WHERE person_id > :after
UNION SELECT person_id FROM journal_habits WHERE person_id > :after
UNION SELECT named_id FROM reading_works WHERE named_id > :after
UNION SELECT person_id FROM absences WHERE person_id > :after
ORDER BY 1 LIMIT :most;

-- name: absences()
SELECT person_id FROM absences;

-- name: note_absence(person_id, now)!
INSERT INTO absences (person_id, since) VALUES (:person_id, :now)
ON CONFLICT (person_id) DO NOTHING;

-- name: forget_absence(person_id)!
DELETE FROM absences WHERE person_id = :person_id;

-- name: absent_longest(before, most)
SELECT person_id FROM absences WHERE since <= :before ORDER BY since LIMIT :most;

-- name: absence(person_id)^
SELECT since FROM absences WHERE person_id = :person_id;

-- name: forget_person_dms(person_id)!
DELETE FROM dm_permissions WHERE person_id = :person_id;
