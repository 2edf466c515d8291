-- name: mode_of(guild_id)
-- What noticing does in a server, and which channels it leaves out.
SELECT name, value FROM rules
WHERE guild_id = :guild_id AND name IN ('noticing', 'noticing_leaves_out');

-- name: take_turn(author_id, now, until)^
-- One nudge an hour: of two messages, or two processes, one takes the turn.
INSERT INTO nudge_rests (author_id, until_at) VALUES (:author_id, :until)
ON CONFLICT (author_id) DO UPDATE SET until_at = :until WHERE nudge_rests.until_at <= :now
RETURNING author_id;

-- name: note(id, guild_id, channel_id, message_id, author_id, target_id, is_role, due_at)!
INSERT INTO nudges
    (id, guild_id, channel_id, message_id, author_id, target_id, is_role, due_at)
VALUES (:id, :guild_id, :channel_id, :message_id, :author_id, :target_id, :is_role, :due_at)
ON CONFLICT DO NOTHING;

-- name: waiting(author_id, guild_id, now, most)
-- Whoever has said yes to the author meanwhile is nobody to be asked any more.
SELECT * FROM nudges
WHERE author_id = :author_id AND (guild_id = :guild_id OR :guild_id = 0) AND due_at > :now
    AND NOT EXISTS (SELECT 1 FROM consents
        WHERE consents.holder_id = nudges.author_id AND consents.person_id = nudges.target_id
            AND consents.guild_id = nudges.guild_id AND consents.state = 'live'
            AND consents.due_at > :now)
ORDER BY due_at DESC, id LIMIT :most;

-- name: nudge(id, author_id, guild_id, now)^
SELECT * FROM nudges
WHERE id = :id AND author_id = :author_id AND (guild_id = :guild_id OR :guild_id = 0)
    AND due_at > :now;

-- name: done_with(id, author_id, guild_id)^
DELETE FROM nudges
WHERE id = :id AND author_id = :author_id AND (guild_id = :guild_id OR :guild_id = 0)
RETURNING id;

-- name: forget_old_nudges(now)!
DELETE FROM nudges WHERE due_at <= :now;

-- name: forget_old_rests(now)!
DELETE FROM nudge_rests WHERE until_at <= :now;

-- name: nudges_of(author_id)
SELECT * FROM nudges WHERE author_id = :author_id ORDER BY due_at, id;

-- name: rest_of(author_id)^
SELECT until_at FROM nudge_rests WHERE author_id = :author_id;

-- name: forget_nudges(me)!
DELETE FROM nudges WHERE author_id = :me OR target_id = :me;

-- name: forget_rest(author_id)!
DELETE FROM nudge_rests WHERE author_id = :author_id;

-- name: forget_guild_nudges(guild_id)!
DELETE FROM nudges WHERE guild_id = :guild_id;

-- name: forget_channel_nudges(guild_id, channel_id)!
DELETE FROM nudges WHERE guild_id = :guild_id AND channel_id = :channel_id;
