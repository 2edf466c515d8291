-- name: door(guild_id)^
SELECT * FROM doors WHERE guild_id = :guild_id;

-- name: doors()
SELECT guild_id FROM doors;

-- name: hold(guild_id)!
-- Whoever chooses it again wants a rule, also where the last one was deleted by hand.
INSERT INTO doors (guild_id) VALUES (:guild_id)
ON CONFLICT (guild_id) DO UPDATE
SET rule_id = CASE WHEN doors.state = 'deleted' THEN NULL ELSE doors.rule_id END,
    state = CASE WHEN doors.state = 'deleted' THEN 'making' ELSE doors.state END;

-- name: make_again(guild_id)^
UPDATE doors SET state = 'making', rule_id = NULL, last_set = '', by_hand = ''
WHERE guild_id = :guild_id AND state = 'deleted'
RETURNING guild_id;

-- name: settle(guild_id, rule_id, last_set, by_hand, state)!
UPDATE doors SET rule_id = :rule_id, last_set = :last_set, by_hand = :by_hand, state = :state
WHERE guild_id = :guild_id;

-- name: begin_anew(guild_id)!
UPDATE doors SET state = 'making', rule_id = NULL, last_set = '', by_hand = ''
WHERE guild_id = :guild_id;

-- name: close(guild_id)!
DELETE FROM doors WHERE guild_id = :guild_id AND NOT EXISTS (
    SELECT 1 FROM rules
    WHERE rules.guild_id = doors.guild_id AND name = 'noticing' AND value = 'hold');

-- name: forget_guild_door(guild_id)!
DELETE FROM doors WHERE guild_id = :guild_id;
