-- What one person has yet to be told about a group.

-- name: tell(id, guild_id, group_id, person_id, kind, subject_id, channel_id, due_at)!
INSERT INTO group_news (id, guild_id, group_id, person_id, kind, subject_id, channel_id, due_at)
VALUES (:id, :guild_id, :group_id, :person_id, :kind, :subject_id, :channel_id, :due_at);

-- name: news_for(person_id, guild_id, now)
-- `waits` only rings: what waits is found where it stands.
SELECT * FROM group_news
WHERE person_id = :person_id AND kind <> 'waits' AND due_at <= :now AND (guild_id = :guild_id OR :guild_id = 0)
ORDER BY due_at, id;

-- name: read_news(id, person_id)^
DELETE FROM group_news WHERE id = :id AND person_id = :person_id
RETURNING *;

-- name: tell_the_others(group_id, subject_id, now)!
-- The person concerned has seen it: now the others can.
UPDATE group_news SET due_at = :now
WHERE group_id = :group_id AND subject_id = :subject_id AND due_at > :now;

-- name: unrung(now, most)
SELECT * FROM group_news
WHERE rung = 0 AND due_at <= :now ORDER BY due_at, id LIMIT :most;

-- name: has_rung(id)!
UPDATE group_news SET rung = 1 WHERE id = :id;

-- name: no_news(id)!
DELETE FROM group_news WHERE id = :id;

-- name: forget_news_of(person_id)!
DELETE FROM group_news WHERE person_id = :person_id;

-- name: forget_news_about(person_id)!
DELETE FROM group_news WHERE subject_id = :person_id;

-- name: forget_group_news(group_id)!
DELETE FROM group_news WHERE group_id = :group_id;

-- name: forget_guild_news(guild_id)!
DELETE FROM group_news WHERE guild_id = :guild_id;

-- name: forget_old_news(before)!
DELETE FROM group_news WHERE due_at <= :before;

-- name: news_of(person_id)
SELECT * FROM group_news WHERE person_id = :person_id ORDER BY due_at, id;
