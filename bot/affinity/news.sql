-- What one person has yet to be told about a group.

-- name: tell(id, guild_id, group_id, person_id, kind, subject_id, channel_id, due_at)!
INSERT INTO group_news (id, guild_id, group_id, person_id, kind, subject_id, channel_id, due_at)
VALUES (:id, :guild_id, :group_id, :person_id, :kind, :subject_id, :channel_id, :due_at);

-- name: news_for(person_id, guild_id, now)
-- `waits` only rings: what waits is found where it stands. A parting is hidden from the others until
-- the person concerned has seen it; everything else is there before it is rung for.
SELECT * FROM group_news
WHERE person_id = :person_id AND kind <> 'waits' AND (guild_id = :guild_id OR :guild_id = 0)
    AND (kind <> 'parting_passed' OR due_at <= :now OR NOT EXISTS (
        SELECT 1 FROM group_news AS theirs WHERE theirs.group_id = group_news.group_id
        AND theirs.person_id = group_news.subject_id AND theirs.kind = 'parted'))
ORDER BY due_at, id;

-- name: read_news(id, person_id)^
DELETE FROM group_news WHERE id = :id AND person_id = :person_id
RETURNING *;

-- name: the_others(group_id, subject_id, now)
-- Who is still to be rung for because of a parting.
SELECT * FROM group_news
WHERE group_id = :group_id AND subject_id = :subject_id AND kind = 'parting_passed'
    AND due_at > :now
ORDER BY id;

-- name: ring_at(id, due_at)!
UPDATE group_news SET due_at = :due_at WHERE id = :id;

-- name: news(id)^
SELECT * FROM group_news WHERE id = :id;

-- name: to_ring(group_id, now)
SELECT id, kind FROM group_news
WHERE group_id = :group_id AND rung = 0 AND due_at <= :now ORDER BY due_at, id;

-- name: has_rung(id)!
UPDATE group_news SET rung = 1 WHERE id = :id;

-- name: no_news(id)!
DELETE FROM group_news WHERE id = :id;

-- name: forget_news_of(person_id)!
DELETE FROM group_news WHERE person_id = :person_id;

-- name: forget_news_about(person_id)!
DELETE FROM group_news WHERE subject_id = :person_id;

-- name: forget_members_news(group_id)!
-- Whoever is out of the group, or never came in, hears of its end no more than of its life.
DELETE FROM group_news WHERE group_id = :group_id AND kind NOT IN ('parted', 'not_admitted');

-- name: forget_guild_news(guild_id)!
DELETE FROM group_news WHERE guild_id = :guild_id;

-- name: forget_old_news(before)!
DELETE FROM group_news WHERE due_at <= :before;

-- name: news_of(person_id, now)
-- What `news_for` shows, and what only rings.
SELECT * FROM group_news
WHERE person_id = :person_id AND (kind <> 'parting_passed' OR due_at <= :now OR NOT EXISTS (
    SELECT 1 FROM group_news AS theirs WHERE theirs.group_id = group_news.group_id
    AND theirs.person_id = group_news.subject_id AND theirs.kind = 'parted'))
ORDER BY due_at, id;
