-- What is kept about one person beyond rolls and minutes.

-- name: leaving(person_id)
-- Groups that Discord has yet to let somebody out of. In their rows the person's id still stands.
SELECT group_members.group_id, affinity_groups.guild_id, affinity_groups.channel_id
FROM group_members JOIN affinity_groups ON affinity_groups.id = group_members.group_id
WHERE group_members.person_id = :person_id AND group_members.state = 'leaving'
ORDER BY group_members.group_id;

-- name: notices_about(person_id)
-- Without a time: what has yet to be told.
SELECT group_id, kind, CASE WHEN EXISTS (SELECT 1 FROM posts WHERE posts.topic = 'group notice'
    AND posts.key = group_id || '.' || kind || '.' || CAST(target_id AS TEXT))
    THEN NULL ELSE told_at END AS told_at
FROM group_notices WHERE target_id = :person_id
ORDER BY group_notices.told_at, group_id, kind;
