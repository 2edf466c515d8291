-- name: door(guild_id)^
SELECT * FROM doors WHERE guild_id = :guild_id;

-- name: hold(guild_id, now)!
-- Whoever chooses it again wants a rule, also where the last one was deleted by hand.
INSERT INTO doors (guild_id, due_at) VALUES (:guild_id, :now)
ON CONFLICT (guild_id) DO UPDATE
SET due_at = :now, again = 1,
    rule_id = CASE WHEN doors.state = 'deleted' THEN NULL ELSE doors.rule_id END,
    state = CASE WHEN doors.state = 'deleted' THEN 'making' ELSE doors.state END;

-- name: soon(guild_id, now)!
UPDATE doors SET due_at = :now, again = 1 WHERE guild_id = :guild_id;

-- name: all_soon(now)!
UPDATE doors SET due_at = :now WHERE due_at > :now;

-- name: make_again(guild_id, now)^
UPDATE doors SET state = 'making', rule_id = NULL, last_set = '', by_hand = '', due_at = :now,
    again = 1
WHERE guild_id = :guild_id AND state = 'deleted'
RETURNING guild_id;

-- name: due_doors(now, most)
SELECT guild_id FROM doors WHERE due_at <= :now AND taken_until <= :now
ORDER BY due_at LIMIT :most;

-- name: take(guild_id, now, until)^
UPDATE doors SET taken_until = :until, again = 0, attempts = attempts + 1
WHERE guild_id = :guild_id AND due_at <= :now AND taken_until <= :now
RETURNING *;

-- name: settle(guild_id, rule_id, last_set, by_hand, state, attempts, until, due_at)!
-- `until` tells whose it is: a process that took it and was overtaken settles nothing. What has
-- changed since it was taken is due already.
UPDATE doors SET rule_id = :rule_id, last_set = :last_set, by_hand = :by_hand, state = :state,
    attempts = :attempts, taken_until = 0,
    due_at = CASE WHEN again = 1 THEN due_at ELSE :due_at END
WHERE guild_id = :guild_id AND taken_until = :until;

-- name: close(guild_id, until)^
-- The rule is gone, and nobody has asked for it since.
DELETE FROM doors WHERE guild_id = :guild_id AND taken_until = :until AND again = 0
RETURNING guild_id;

-- name: forget_guild_door(guild_id)!
DELETE FROM doors WHERE guild_id = :guild_id;
