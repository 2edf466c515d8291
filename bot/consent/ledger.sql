-- Consents. Each change of state is one conditional statement that returns the row it changed, so
-- that of two clicks, or two processes, only one can win.

-- name: open_consent(id, guild_id, channel_id, person_id, holder_id, opener_id, hidden, words, place, speak_channel_id, seconds, now, due_at)^
INSERT INTO consents (id, guild_id, channel_id, person_id, holder_id, opener_id, state, hidden,
    words, place, speak_channel_id, seconds, opened_at, changed_at, due_at)
VALUES (:id, :guild_id, :channel_id, :person_id, :holder_id, :opener_id, 'waiting', :hidden,
    :words, :place, :speak_channel_id, :seconds, :now, :now, :due_at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: open_grant(id, guild_id, channel_id, owner_id, holder_id, words, place, name, speak_channel_id, seconds, now, due_at)!
-- A group's yes to its spoke, in force at once.
INSERT INTO consents (id, guild_id, channel_id, person_id, holder_id, opener_id, state,
    words, place, name, speak_channel_id, seconds, opened_at, changed_at, due_at)
VALUES (:id, :guild_id, :channel_id, :owner_id, :holder_id, :holder_id, 'live',
    :words, :place, :name, :speak_channel_id, :seconds, :now, :now, :due_at);

-- name: consent(id)^
SELECT * FROM consents WHERE id = :id;

-- name: lock_consent(id)^
-- Two who say the same at once wait for each other, and whoever takes it back waits for them.
UPDATE consents SET revision = revision WHERE id = :id
RETURNING *;

-- name: has_open(guild_id, opener_id, person_id, holder_id, now)^
SELECT id FROM consents
WHERE guild_id = :guild_id AND opener_id = :opener_id AND person_id = :person_id
    AND holder_id = :holder_id AND state IN ('waiting', 'edited') AND due_at > :now;

-- name: opened(guild_id, opener_id, asked_id, now)^
-- What somebody has opened that is open or in force, and how much of it for one person. What a group
-- has agreed to is bounded where it is asked.
SELECT count(*) AS many, count(CASE WHEN :asked_id IN (person_id, holder_id) THEN 1 END) AS with_one
FROM consents
WHERE (person_id = :opener_id OR holder_id = :opener_id) AND opener_id = :opener_id
    AND guild_id = :guild_id AND person_id > 0 AND state IN ('waiting', 'edited', 'live')
    AND due_at > :now;

-- name: settle_pair(guild_id, opener_id, person_id, holder_id, now)!
-- An open request whose time is up makes room for a new one, also before that is written down.
UPDATE consents SET state = 'lapsed', words = NULL, place = NULL, changed_at = :now
WHERE guild_id = :guild_id AND opener_id = :opener_id AND person_id = :person_id
    AND holder_id = :holder_id AND state IN ('waiting', 'edited') AND due_at <= :now;

-- name: move(id, old, new, revision, due_at, now)^
-- A change that keeps the words: yes, accept.
UPDATE consents SET state = :new, hidden = 0, due_at = :due_at, changed_at = :now
WHERE id = :id AND state = :old AND revision = :revision AND due_at > :now
RETURNING *;

-- name: rewrite(id, revision, words, place, due_at, now)^
-- Yes, in my words.
UPDATE consents SET state = 'edited', hidden = 0, words = :words, place = :place,
    revision = revision + 1, due_at = :due_at, changed_at = :now
WHERE id = :id AND state = 'waiting' AND revision = :revision AND due_at > :now
RETURNING *;

-- name: finish(id, old, new, now)^
-- A change that ends it: the words go.
UPDATE consents SET state = :new, words = NULL, place = NULL, changed_at = :now
WHERE id = :id AND state = :old
RETURNING *;

-- name: hide(id, now)^
UPDATE consents SET hidden = 1
WHERE id = :id AND state = 'waiting' AND hidden = 0 AND due_at > :now
RETURNING *;

-- name: hide_from(asked_id, opener_id)
UPDATE consents SET hidden = 1
WHERE opener_id = :opener_id AND state = 'waiting'
    AND (person_id = :asked_id OR holder_id = :asked_id)
RETURNING id;

-- name: entries(me, guild_id, most, skip)
-- The ledger: what I gave or hold, and what I opened. What others opened waits in the inbox.
SELECT * FROM consents
WHERE (person_id = :me OR holder_id = :me) AND (guild_id = :guild_id OR :guild_id = 0)
    AND (opener_id = :me OR state IN ('edited', 'live', 'expired', 'withdrawn', 'given_up'))
ORDER BY CASE WHEN state = 'live' THEN 0 WHEN state IN ('waiting', 'edited') THEN 1 ELSE 2 END,
    changed_at DESC, id
LIMIT :most OFFSET :skip;

-- name: held(holder_id, person_id, guild_id, now)
SELECT * FROM consents
WHERE holder_id = :holder_id AND guild_id = :guild_id AND state = 'live' AND due_at > :now
    AND (person_id = :person_id OR :person_id = 0)
ORDER BY due_at, id;

-- name: newest_held(holder_id, guild_id, now, most)
SELECT * FROM consents
WHERE holder_id = :holder_id AND guild_id = :guild_id AND state = 'live' AND due_at > :now
ORDER BY changed_at DESC, id LIMIT :most;

-- name: given(person_id, guild_id)
-- What there is to take back: what holds, and what was posted while it did.
SELECT * FROM consents
WHERE person_id = :person_id AND (guild_id = :guild_id OR :guild_id = 0)
    AND (state = 'live' OR (state IN ('expired', 'given_up')
        AND EXISTS (SELECT 1 FROM posts
            WHERE posts.topic = 'consent' AND posts.key = consents.id)))
ORDER BY id;

-- name: of_group(owner_id, now)
-- What a group has in force, and what was posted in its name and still stands.
SELECT * FROM consents
WHERE person_id = :owner_id AND ((state = 'live' AND due_at > :now)
    OR EXISTS (SELECT 1 FROM posts WHERE posts.topic = 'consent' AND posts.key = consents.id))
ORDER BY opened_at, id;

-- name: end_held(owner_id, holder_id, now)
-- Whoever left a group holds nothing of it. What had run out before stays that.
UPDATE consents SET state = CASE WHEN due_at > :now THEN 'given_up' ELSE 'expired' END,
    words = NULL, place = NULL, changed_at = :now
WHERE person_id = :owner_id AND holder_id = :holder_id AND state = 'live'
RETURNING id;

-- name: concerning(me)
SELECT * FROM consents WHERE person_id = :me OR holder_id = :me ORDER BY opened_at, id;

-- name: said(me)
-- What somebody, or a group, has said, or was said for them.
SELECT posts.*, consents.person_id FROM posts
JOIN consents ON posts.topic = 'consent' AND posts.key = consents.id
WHERE consents.person_id = :me OR consents.holder_id = :me
ORDER BY posts.id;

-- name: posts_by(holder_id, guild_id, but_id)^
-- How many posts of somebody's stand in a server, those under one consent apart.
SELECT count(*) AS many FROM posts JOIN consents ON consents.id = posts.key
WHERE posts.topic = 'consent' AND consents.holder_id = :holder_id
    AND consents.guild_id = :guild_id AND consents.id <> :but_id;

-- name: forget_concerning(me)
DELETE FROM consents WHERE person_id = :me OR holder_id = :me
RETURNING id;

-- name: lapse(now)
UPDATE consents SET state = 'lapsed', words = NULL, place = NULL, changed_at = :now
WHERE state IN ('waiting', 'edited') AND due_at <= :now
RETURNING id;

-- name: expire(now)
UPDATE consents SET state = 'expired', words = NULL, place = NULL, changed_at = :now
WHERE state = 'live' AND due_at <= :now
RETURNING id;

-- name: forget_ended(before)!
-- Rows with posts stay as long as the posts do: taking back must reach them at any time.
DELETE FROM consents
WHERE changed_at <= :before AND state NOT IN ('waiting', 'edited', 'live')
    AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.topic = 'consent' AND posts.key = consents.id);

-- name: forget_guild_consents(guild_id)!
DELETE FROM consents WHERE guild_id = :guild_id;
