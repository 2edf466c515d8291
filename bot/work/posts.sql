-- The messages of the bot's that it keeps hold of.

-- name: begin(id, topic, key, guild_id, channel_id, now)^
INSERT INTO posts (id, topic, key, guild_id, channel_id, begun_at)
VALUES (:id, :topic, :key, :guild_id, :channel_id, :now)
RETURNING *;

-- name: post(id)^
SELECT * FROM posts WHERE id = :id;

-- name: standing(topic, key)^
SELECT * FROM posts WHERE topic = :topic AND key = :key AND goes = ''
ORDER BY begun_at DESC, id DESC LIMIT 1;

-- name: posts_of(topic, key)
SELECT * FROM posts WHERE topic = :topic AND key = :key ORDER BY begun_at, id;

-- name: post_of_message(message_id)^
SELECT * FROM posts WHERE message_id = :message_id;

-- name: begin_again(id, channel_id, now)^
UPDATE posts SET channel_id = :channel_id, begun_at = :now
WHERE id = :id AND message_id IS NULL AND goes = ''
RETURNING *;

-- name: is_up(id, channel_id, message_id)^
UPDATE posts SET channel_id = :channel_id, message_id = :message_id
WHERE id = :id AND (message_id IS NULL OR message_id = :message_id)
RETURNING *;

-- name: has_to_go(id, why)!
UPDATE posts SET goes = :why WHERE id = :id AND goes = '';

-- name: take_away(topic, key, why)
UPDATE posts SET goes = :why WHERE topic = :topic AND key = :key AND goes = ''
RETURNING *;

-- name: remains(id)^
UPDATE posts SET remains = 1 WHERE id = :id
RETURNING *;

-- name: gone(id)^
DELETE FROM posts WHERE id = :id
RETURNING *;

-- name: forget_of(topic, key)!
DELETE FROM posts WHERE topic = :topic AND key = :key AND goes = '';

-- name: forget_guild(guild_id)!
DELETE FROM posts WHERE guild_id = :guild_id;
