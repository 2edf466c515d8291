-- Groups, who is in them, and what Discord was last brought to.

-- name: open_group(id, guild_id, name, purpose, listed, admission, quorum, now)!
INSERT INTO affinity_groups (id, guild_id, state, name, purpose, listed, admission, quorum,
    started_at)
VALUES (:id, :guild_id, 'opening', :name, :purpose, :listed, :admission, :quorum, :now);

-- name: group(id)^
SELECT * FROM affinity_groups WHERE id = :id;

-- name: group_of_channel(channel_id)^
SELECT * FROM affinity_groups WHERE channel_id = :channel_id;

-- name: groups_of(person_id, guild_id)
-- The groups somebody is in; guild 0 means everywhere.
SELECT affinity_groups.* FROM affinity_groups
JOIN group_members ON group_members.group_id = affinity_groups.id
WHERE group_members.person_id = :person_id AND group_members.state <> 'leaving'
    AND (group_members.guild_id = :guild_id OR :guild_id = 0)
    AND affinity_groups.state <> 'closing'
ORDER BY affinity_groups.started_at, affinity_groups.id;

-- name: places(person_id, guild_id)^
-- In how many groups somebody is, at how many they have knocked, and in how many they are alone.
SELECT count(CASE WHEN found.alone >= 0 THEN 1 END) AS many,
    count(CASE WHEN found.alone = 1 THEN 1 END) AS alone
FROM (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM group_members AS others
        WHERE others.group_id = mine.group_id AND others.person_id <> :person_id
            AND others.state <> 'leaving') THEN 0 ELSE 1 END AS alone
    FROM group_members AS mine JOIN affinity_groups ON affinity_groups.id = mine.group_id
    WHERE mine.person_id = :person_id AND mine.guild_id = :guild_id AND mine.state <> 'leaving'
        AND affinity_groups.state <> 'closing'
    UNION ALL SELECT 0 FROM decisions
    WHERE subject_id = :person_id AND guild_id = :guild_id AND kind = 'knock' AND state = 'open'
) AS found;

-- name: listed(guild_id, most, skip)
-- What people outside may know of: groups that chose so and are alive, with a channel and with
-- somebody in it who is not known to be gone.
SELECT * FROM affinity_groups
WHERE guild_id = :guild_id AND listed = 1 AND state = 'open' AND EXISTS (
        SELECT 1 FROM group_members
        WHERE group_members.group_id = affinity_groups.id
            AND group_members.state <> 'leaving' AND group_members.gone_at IS NULL)
ORDER BY started_at, id LIMIT :most OFFSET :skip;

-- name: listed_group(guild_id, id)^
-- The same of one group. By itself, so that it is looked up and the others are not looked through.
SELECT * FROM affinity_groups
WHERE id = :id AND guild_id = :guild_id AND listed = 1 AND state = 'open' AND EXISTS (
        SELECT 1 FROM group_members
        WHERE group_members.group_id = affinity_groups.id
            AND group_members.state <> 'leaving' AND group_members.gone_at IS NULL);

-- name: take_off_list(id, until)^
UPDATE affinity_groups SET listed = 0, listed_from = :until
WHERE id = :id AND listed = 1 AND state <> 'closing'
RETURNING *;

-- name: reserving(guild_id)
-- Groups whose names nobody else takes here: that chose to be found, alive at the moment or not.
SELECT * FROM affinity_groups WHERE guild_id = :guild_id AND listed = 1 AND state <> 'closing'
ORDER BY started_at, id;

-- name: hold(id)^
-- Whatever changes who belongs starts here, so that two changes of one group wait for each other.
UPDATE affinity_groups SET intro_stale = intro_stale + 1
WHERE id = :id AND state <> 'closing'
RETURNING *;

-- name: lock_group(id)^
-- For what needs the roll to stand still, and changes nothing in it.
UPDATE affinity_groups SET revision = revision WHERE id = :id AND state <> 'closing'
RETURNING *;

-- name: members(group_id)
SELECT * FROM group_members WHERE group_id = :group_id ORDER BY joined_at, person_id;

-- name: member(group_id, person_id)^
SELECT * FROM group_members WHERE group_id = :group_id AND person_id = :person_id;

-- name: join(group_id, person_id, guild_id, now)!
-- Somebody who was just leaving has come back.
INSERT INTO group_members (group_id, person_id, guild_id, state, joined_at)
VALUES (:group_id, :person_id, :guild_id, 'joining', :now)
ON CONFLICT (group_id, person_id) DO UPDATE
SET state = 'joining', joined_at = :now, away_until = NULL, gone_at = NULL
WHERE group_members.state = 'leaving';

-- name: leave(group_id, person_id)^
UPDATE group_members SET state = 'leaving'
WHERE group_id = :group_id AND person_id = :person_id AND state <> 'leaving'
RETURNING guild_id;

-- name: has_access(group_id, person_id)!
UPDATE group_members SET state = 'in'
WHERE group_id = :group_id AND person_id = :person_id AND state = 'joining';

-- name: lacks_access(group_id, person_id)!
DELETE FROM group_members
WHERE group_id = :group_id AND person_id = :person_id AND state = 'leaving';

-- name: be_away(group_id, person_id, until)^
UPDATE group_members SET away_until = :until
WHERE group_id = :group_id AND person_id = :person_id AND state <> 'leaving'
RETURNING person_id;

-- name: be_gone(group_id, person_id, now)!
UPDATE group_members SET gone_at = :now
WHERE group_id = :group_id AND person_id = :person_id AND gone_at IS NULL;

-- name: be_back(group_id, person_id)!
UPDATE group_members SET gone_at = NULL
WHERE group_id = :group_id AND person_id = :person_id AND gone_at IS NOT NULL;

-- name: claim_making(id, now, until)^
-- One process at a time makes a channel for a group that has none.
UPDATE affinity_groups SET making_until = :until
WHERE id = :id AND channel_id IS NULL AND making_until <= :now AND restored = 0
    AND state IN ('opening', 'reopening')
RETURNING *;

-- name: has_channel(id, channel_id, category_id, channel_name)^
-- Everybody gets access anew in a new channel.
UPDATE affinity_groups SET state = 'open', channel_id = :channel_id, category_id = :category_id,
    channel_name = :channel_name, making_until = 0, intro_stale = 1
WHERE id = :id AND channel_id IS NULL AND state IN ('opening', 'reopening')
RETURNING *;

-- name: moved_to(id, channel_id, category_id, channel_name)!
UPDATE affinity_groups SET state = 'open', channel_id = :channel_id, category_id = :category_id,
    channel_name = :channel_name, making_until = 0, intro_stale = intro_stale + 1
WHERE id = :id AND restored = 1 AND state <> 'closing';

-- name: not_made(id)!
-- Discord certainly made no channel.
UPDATE affinity_groups SET making_until = 0,
    state = CASE WHEN state = 'reopening' THEN 'lost' ELSE state END
WHERE id = :id AND channel_id IS NULL;

-- name: all_joining(group_id)!
UPDATE group_members SET state = 'joining' WHERE group_id = :group_id AND state = 'in';

-- name: lost_channel(id, channel_id)^
UPDATE affinity_groups SET state = 'lost', channel_id = NULL
WHERE id = :id AND channel_id = :channel_id AND state = 'open'
RETURNING *;

-- name: reopen(id)^
UPDATE affinity_groups SET state = 'reopening'
WHERE id = :id AND state = 'lost' AND restored = 0
RETURNING *;

-- name: close_group(id)^
UPDATE affinity_groups SET state = 'closing' WHERE id = :id AND state <> 'closing'
RETURNING *;

-- name: change_settings(id, revision, listed_from, name, purpose, listed, admission, quorum, disappear_days, renamed)^
-- Not what was agreed to while a moderator took the group off the list: that looks at it again.
UPDATE affinity_groups SET name = :name, purpose = :purpose, listed = :listed,
    admission = :admission, quorum = :quorum, disappear_days = :disappear_days,
    revision = revision + 1, intro_stale = intro_stale + 1,
    name_stale = CASE WHEN name_stale + :renamed > 0 THEN 1 ELSE 0 END
WHERE id = :id AND revision = :revision AND listed_from = :listed_from AND state <> 'closing'
RETURNING *;

-- name: saw_channel(id, category_id, channel_name)!
UPDATE affinity_groups SET category_id = :category_id, channel_name = :channel_name,
    name_stale = 0
WHERE id = :id;

-- name: saw_members(id, now)!
UPDATE affinity_groups SET seen_at = :now WHERE id = :id;

-- name: intro_is_up(id, seen)!
-- It is up to date only if nothing changed since it was written.
UPDATE affinity_groups SET intro_stale = CASE WHEN intro_stale = :seen THEN 0 ELSE intro_stale END
WHERE id = :id;

-- name: settled(id, now)!
UPDATE affinity_groups SET settled_at = :now WHERE id = :id;

-- name: every_group()
SELECT id, guild_id FROM affinity_groups ORDER BY id;

-- name: restored_is_over(id)!
UPDATE affinity_groups SET restored = 0 WHERE id = :id;

-- name: forget_group(id)!
DELETE FROM affinity_groups WHERE id = :id;

-- name: forget_members(group_id)!
DELETE FROM group_members WHERE group_id = :group_id;

-- name: forget_notices(group_id)!
DELETE FROM group_notices WHERE group_id = :group_id;

-- name: groups_of_guild(guild_id)
SELECT id FROM affinity_groups WHERE guild_id = :guild_id ORDER BY id;

-- name: memberships(person_id)
SELECT * FROM group_members WHERE person_id = :person_id ORDER BY joined_at, group_id;

-- name: claim_notice(group_id, kind, target_id, now, before)^
-- Told once, and again only when it happens again after `before`.
INSERT INTO group_notices (group_id, kind, target_id, told_at)
VALUES (:group_id, :kind, :target_id, :now)
ON CONFLICT (group_id, kind, target_id) DO UPDATE SET told_at = :now
WHERE group_notices.told_at <= :before
RETURNING told_at;

-- name: told_notice(group_id, kind, target_id)^
SELECT told_at FROM group_notices
WHERE group_id = :group_id AND kind = :kind AND target_id = :target_id;

-- name: forget_notice(group_id, kind, target_id)^
DELETE FROM group_notices
WHERE group_id = :group_id AND kind = :kind AND target_id = :target_id
RETURNING kind;

-- name: waiting_notices(group_id)
-- What does not stand in the channel so far.
SELECT group_notices.kind, group_notices.target_id, posts.begun_at FROM group_notices
JOIN posts ON posts.topic = 'group notice' AND posts.key = group_notices.group_id || '.'
    || group_notices.kind || '.' || CAST(group_notices.target_id AS TEXT)
WHERE group_notices.group_id = :group_id
ORDER BY group_notices.kind, group_notices.target_id;

-- name: forget_old_notices(before)
DELETE FROM group_notices WHERE told_at <= :before
RETURNING group_id, kind, target_id;

-- name: place(guild_id)^
SELECT category_id FROM group_places WHERE guild_id = :guild_id;

-- name: set_place(guild_id, category_id, gone_id)^
-- The first of two who made a category at once wins; a category that is gone makes room.
INSERT INTO group_places (guild_id, category_id) VALUES (:guild_id, :category_id)
ON CONFLICT (guild_id) DO UPDATE SET category_id = :category_id
WHERE group_places.category_id = :gone_id
RETURNING category_id;

-- name: forget_place(guild_id)!
DELETE FROM group_places WHERE guild_id = :guild_id;
