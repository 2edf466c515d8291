-- What the bot posted under a consent. A post is written down before it is sent: if the process
-- dies in between, due work finds the message by its button and takes it over.

-- name: begin_post(id, consent_id, guild_id, channel_id, now)!
INSERT INTO posts (id, consent_id, guild_id, channel_id, state, begun_at)
VALUES (:id, :consent_id, :guild_id, :channel_id, 'sending', :now);

-- name: post_is_up(id, message_id)^
-- If the consent ended while the message was on its way, its words have to go at once.
UPDATE posts SET message_id = :message_id, state = CASE WHEN EXISTS (
        SELECT 1 FROM consents WHERE consents.id = posts.consent_id AND consents.state = 'live'
    ) THEN 'up' ELSE 'blank' END
WHERE id = :id AND state IN ('sending', 'blank')
RETURNING *;

-- name: drop_post(id)^
DELETE FROM posts WHERE id = :id RETURNING *;

-- name: post_remains(id)!
UPDATE posts SET remains = 1 WHERE id = :id AND blanked_by = 'person';

-- name: post(id)^
SELECT * FROM posts WHERE id = :id;

-- name: posts_of(consent_id)
SELECT * FROM posts WHERE consent_id = :consent_id AND message_id IS NOT NULL ORDER BY id;

-- name: blank_posts_of(consent_id, by)
-- The words must go. What is still being sent is blanked as soon as it has arrived.
UPDATE posts SET state = 'blank', blanked_by = :by
WHERE consent_id = :consent_id AND state <> 'blank'
RETURNING *;

-- name: post_of_message(message_id)^
SELECT * FROM posts WHERE message_id = :message_id;

-- name: posts_concerning(me)
SELECT posts.channel_id, posts.message_id, posts.state, posts.consent_id
FROM posts JOIN consents ON consents.id = posts.consent_id
WHERE consents.person_id = :me OR consents.holder_id = :me
ORDER BY posts.id;

-- name: blank_posts_by_person(me, by)
UPDATE posts SET state = 'blank', blanked_by = :by
WHERE state <> 'blank' AND consent_id IN (
    SELECT id FROM consents WHERE person_id = :me)
RETURNING *;

-- name: blank_posts_by_holder(me)
UPDATE posts SET state = 'blank', blanked_by = 'holder'
WHERE state <> 'blank' AND consent_id IN (
    SELECT id FROM consents WHERE holder_id = :me)
RETURNING *;

-- name: forget_guild_posts(guild_id)!
DELETE FROM posts WHERE guild_id = :guild_id;
