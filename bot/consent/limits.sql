-- Flags, refusals, the day's slots and objections.

-- name: flag(guild_id, person_id)^
SELECT * FROM flags WHERE guild_id = :guild_id AND person_id = :person_id;

-- name: set_flag(guild_id, person_id, choice, note, revision, now)^
-- The note was sealed for this revision; whoever was faster wins and the other tries again.
INSERT INTO flags (guild_id, person_id, choice, note, revision, changed_at)
VALUES (:guild_id, :person_id, :choice, :note, :revision, :now)
ON CONFLICT (guild_id, person_id) DO UPDATE
SET choice = :choice, note = :note, revision = :revision, changed_at = :now
WHERE flags.revision = :revision - 1
RETURNING revision;

-- name: flags_of(person_id)
SELECT * FROM flags WHERE person_id = :person_id ORDER BY guild_id;

-- name: forget_flags(person_id)!
DELETE FROM flags WHERE person_id = :person_id;

-- name: refusal(owner_id, guild_id, kind, mark)^
SELECT until_at FROM refusals
WHERE owner_id = :owner_id AND guild_id = :guild_id AND kind = :kind AND mark = :mark;

-- name: refuse(owner_id, guild_id, kind, mark, until_at)!
INSERT INTO refusals (owner_id, guild_id, kind, mark, until_at)
VALUES (:owner_id, :guild_id, :kind, :mark, :until_at)
ON CONFLICT (owner_id, guild_id, kind, mark) DO UPDATE SET until_at = :until_at;

-- name: many_blocks(owner_id)^
SELECT count(*) AS many FROM refusals WHERE owner_id = :owner_id AND kind = 'block';

-- name: unrefuse(owner_id, guild_id, kind, mark)^
DELETE FROM refusals
WHERE owner_id = :owner_id AND guild_id = :guild_id AND kind = :kind AND mark = :mark
RETURNING kind;

-- name: refusals_of(owner_id)
SELECT guild_id, kind, until_at FROM refusals WHERE owner_id = :owner_id
ORDER BY guild_id, kind, until_at;

-- name: forget_refusals(owner_id)!
DELETE FROM refusals WHERE owner_id = :owner_id;

-- name: forget_old_refusals(now)!
DELETE FROM refusals WHERE until_at IS NOT NULL AND until_at <= :now;

-- name: take_slot(person_id, guild_id, act, number, now, free_at)^
INSERT INTO slots (person_id, guild_id, act, number, free_at)
VALUES (:person_id, :guild_id, :act, :number, :free_at)
ON CONFLICT (person_id, guild_id, act, number) DO UPDATE SET free_at = :free_at
WHERE slots.free_at <= :now
RETURNING number;

-- name: slots_of(person_id)
SELECT guild_id, act, number, free_at FROM slots WHERE person_id = :person_id
ORDER BY guild_id, act, number;

-- name: slots_in(person_id, guild_id, act, now)
SELECT number, free_at FROM slots
WHERE person_id = :person_id AND guild_id = :guild_id AND act = :act AND free_at > :now
ORDER BY number;

-- name: forget_old_slots(now)!
DELETE FROM slots WHERE free_at <= :now;

-- name: object(author_id, guild_id, mark, due_at)^
INSERT INTO objections (author_id, guild_id, mark, due_at)
VALUES (:author_id, :guild_id, :mark, :due_at)
ON CONFLICT DO NOTHING
RETURNING due_at;

-- name: objections_to(author_id)
SELECT guild_id, due_at FROM objections WHERE author_id = :author_id ORDER BY due_at, guild_id;

-- name: forget_objections(author_id)!
DELETE FROM objections WHERE author_id = :author_id;

-- name: forget_old_objections(now)!
DELETE FROM objections WHERE due_at <= :now;

-- name: forget_guild_flags(guild_id)!
DELETE FROM flags WHERE guild_id = :guild_id;

-- name: forget_guild_refusals(guild_id)!
DELETE FROM refusals WHERE guild_id = :guild_id;

-- name: forget_guild_slots(guild_id)!
DELETE FROM slots WHERE guild_id = :guild_id;

-- name: forget_guild_objections(guild_id)!
DELETE FROM objections WHERE guild_id = :guild_id;
