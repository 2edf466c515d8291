-- What is kept about one person beyond rolls and minutes.

-- name: leaving(person_id)
-- Groups that Discord has yet to let somebody out of. In their rows the person's id still stands.
SELECT group_members.group_id, affinity_groups.guild_id, affinity_groups.channel_id
FROM group_members JOIN affinity_groups ON affinity_groups.id = group_members.group_id
WHERE group_members.person_id = :person_id AND group_members.state = 'leaving'
ORDER BY group_members.group_id;

-- name: notices_about(person_id)
SELECT * FROM group_notices WHERE target_id = :person_id ORDER BY told_at, group_id, kind;

-- name: forget_notices_about(person_id)!
DELETE FROM group_notices WHERE target_id = :person_id;
