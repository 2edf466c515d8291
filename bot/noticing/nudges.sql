-- name: mode_of(guild_id)
-- What noticing does in a server, and which channels it leaves out.
SELECT name, value FROM rules
WHERE guild_id = :guild_id AND name IN ('noticing', 'noticing_leaves_out');

-- name: take_turn(author_id, now, until)^
-- One nudge an hour: of two messages, or two processes, one takes the turn.
INSERT INTO nudge_rests (author_id, until_at) VALUES (:author_id, :until)
ON CONFLICT (author_id) DO UPDATE SET until_at = :until WHERE nudge_rests.until_at <= :now
RETURNING author_id;

-- name: forget_old_rests(now)!
DELETE FROM nudge_rests WHERE until_at <= :now;

-- name: rest_of(author_id)^
SELECT until_at FROM nudge_rests WHERE author_id = :author_id;

-- name: forget_rest(author_id)!
DELETE FROM nudge_rests WHERE author_id = :author_id;
