-- What a restored main database must not bring back of affinity groups. Only for backups that know
-- of groups.

-- name: forget_open_ballots()!
-- Whoever said yes may have said no since, and what was said in secret goes with its question.
DELETE FROM ballots WHERE decision_id IN (
    SELECT id FROM decisions WHERE state IN ('open', 'invited'));

-- name: end_decisions(now)!
UPDATE decisions SET state = 'ended', body = NULL, closed_at = :now, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE state IN ('open', 'invited');

-- name: forget_notices()!
DELETE FROM group_notices;

-- name: forget_posts()!
-- What nothing is known of any more.
DELETE FROM posts WHERE topic = 'group notice'
    OR (topic = 'group' AND key NOT IN (SELECT id FROM affinity_groups))
    OR (topic = 'question' AND key NOT IN (SELECT id FROM decisions));

-- name: doubt_groups()!
-- Discord knows better who belongs, and what was made since: `restored` has whoever lost access
-- since taken off the roll, `making_until` has a channel looked for before one is made, and a
-- name that differs was not changed by hand. Whether a group hides by now, or a moderator has taken
-- it off the list, only its members and that moderator know: it is listed once it agrees to it.
UPDATE affinity_groups SET restored = 1, listed = 0, intro_stale = intro_stale + 1, seen_at = 0,
    name_stale = 1, channel_name = NULL,
    making_until = CASE WHEN channel_id IS NULL THEN 1 ELSE 0 END;

-- name: close_empty()!
-- Nobody is in it: it ends like any group that its last member left.
UPDATE affinity_groups SET state = 'closing' WHERE NOT EXISTS (
    SELECT 1 FROM group_members
    WHERE group_members.group_id = affinity_groups.id AND group_members.state <> 'leaving');

-- name: groups()
SELECT id FROM affinity_groups;

-- name: forget_group(id)!
DELETE FROM affinity_groups WHERE id = :id;

-- name: forget_members(id)!
DELETE FROM group_members WHERE group_id = :id;

-- name: forget_ballots(id)!
DELETE FROM ballots WHERE decision_id IN (SELECT id FROM decisions WHERE group_id = :id);

-- name: forget_decisions(id)!
DELETE FROM decisions WHERE group_id = :id;

-- name: group_people()
-- Everybody who belongs, has asked or has answered has a key until they erase.
SELECT person_id FROM group_members UNION SELECT person_id FROM ballots
UNION SELECT author_id FROM decisions WHERE author_id > 0
UNION SELECT subject_id FROM decisions WHERE subject_id > 0;

-- name: forget_memberships(person_id)!
DELETE FROM group_members WHERE person_id = :person_id;

-- name: cards_of_answers(person_id)!
UPDATE decisions SET revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE id IN (SELECT decision_id FROM ballots WHERE person_id = :person_id);

-- name: forget_answers(person_id)!
DELETE FROM ballots WHERE person_id = :person_id;

-- name: forget_author(person_id)!
UPDATE decisions SET author_id = 0, body = NULL, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE author_id = :person_id;

-- name: forget_subject(person_id)!
UPDATE decisions SET subject_id = 0, body = NULL, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE subject_id = :person_id;
