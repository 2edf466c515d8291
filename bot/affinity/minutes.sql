-- Questions to a group, who has a say in them, and what came of them.

-- name: open_decision(id, group_id, guild_id, kind, author_id, subject_id, body, quorum, admission, card, now, due_at)^
INSERT INTO decisions (id, group_id, guild_id, kind, state, author_id, subject_id, body, quorum,
    admission, card, opened_at, due_at)
VALUES (:id, :group_id, :guild_id, :kind, 'open', :author_id, :subject_id, :body, :quorum,
    :admission, :card, :now, :due_at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: decision(id)^
SELECT * FROM decisions WHERE id = :id;

-- name: has_open_about(group_id, kind, subject_id)^
SELECT id FROM decisions
WHERE subject_id = :subject_id AND state IN ('open', 'invited') AND group_id = :group_id
    AND kind = :kind;

-- name: standing(group_id, author_id, owner_id, now, before)^
-- What is open in a group, what may be said in its name, and what somebody has asked since `before`.
-- The plus has SQLite go by the few that are open, not by all that somebody ever asked.
SELECT
    (SELECT count(*) FROM decisions WHERE group_id = :group_id AND state = 'open'
        AND +author_id = :author_id AND kind NOT IN ('knock', 'invitation')) AS mine,
    (SELECT count(*) FROM decisions WHERE group_id = :group_id AND state = 'open'
        AND kind IN ('proposal', 'settings', 'spoke', 'close')) AS by_name,
    (SELECT count(*) FROM decisions WHERE group_id = :group_id AND state = 'open'
        AND kind = 'spoke')
    + (SELECT count(*) FROM consents WHERE person_id = :owner_id AND state = 'live'
        AND due_at > :now) AS grants,
    count(*) AS today, min(opened_at) AS since
FROM decisions WHERE group_id = :group_id AND author_id = :author_id AND opened_at > :before
    AND kind NOT IN ('knock', 'invitation');

-- name: asked_much(most)
-- Who has asked a group more than so many things by name.
SELECT group_id, author_id FROM decisions
WHERE kind IN ('proposal', 'settings', 'spoke', 'close')
GROUP BY group_id, author_id HAVING count(*) > :most;

-- name: long_decided(group_id, author_id, skip)
-- What somebody has asked by name, the newest apart, and nothing hangs on any more.
SELECT id FROM decisions
WHERE group_id = :group_id AND author_id = :author_id AND state IN ('passed', 'failed', 'ended')
    AND kind IN ('proposal', 'settings', 'spoke', 'close')
    AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.id = decisions.id)
ORDER BY opened_at DESC, id DESC LIMIT 1000 OFFSET :skip;

-- name: enrol(decision_id, group_id, without_id)!
-- Everybody who is a member at this moment has a say, and nobody else ever will.
INSERT INTO ballots (decision_id, person_id)
SELECT :decision_id, person_id FROM group_members
WHERE group_id = :group_id AND state <> 'leaving' AND person_id <> :without_id;

-- name: touch(id, now)^
-- A vote counts only while it is open, and whoever closes it at this moment looks again. A secret
-- one leaves the card as it is: Discord shows when a message was edited, and so when somebody voted.
UPDATE decisions SET revision = revision + 1,
    card = CASE WHEN card = 'none' OR kind IN ('knock', 'invitation', 'parting') THEN card
        ELSE 'stale' END
WHERE id = :id AND state = 'open' AND due_at > :now
RETURNING *;

-- name: vote(decision_id, person_id, answer, sealed, reason, revision)^
UPDATE ballots SET answer = :answer, sealed = :sealed, reason = :reason, revision = revision + 1
WHERE decision_id = :decision_id AND person_id = :person_id AND revision = :revision
RETURNING person_id;

-- name: ballot(decision_id, person_id)^
SELECT * FROM ballots WHERE decision_id = :decision_id AND person_id = :person_id;

-- name: ballots(decision_id)
-- Each with how its author stands in the group now; no member row: they have left.
SELECT ballots.*, group_members.state AS member_state, group_members.away_until,
    group_members.gone_at
FROM ballots JOIN decisions ON decisions.id = ballots.decision_id
LEFT JOIN group_members ON group_members.group_id = decisions.group_id
    AND group_members.person_id = ballots.person_id
WHERE ballots.decision_id = :decision_id
ORDER BY ballots.person_id;

-- name: close_decision(id, revision, new, why, now, due_at)^
UPDATE decisions SET state = :new, why = :why, closed_at = :now, due_at = :due_at,
    revision = revision + 1, card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE id = :id AND state = 'open' AND revision = :revision
RETURNING *;

-- name: end_decision(id, now)^
-- It comes to nothing: its person left, or an invitation is over.
UPDATE decisions SET state = 'ended', body = NULL, closed_at = :now, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE id = :id AND state IN ('open', 'invited')
RETURNING *;

-- name: accept_invitation(id, person_id, now)^
-- The invited person comes in. Only one answer can win.
UPDATE decisions SET state = 'passed', closed_at = :now, body = NULL, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE id = :id AND subject_id = :person_id AND state = 'invited' AND why <> 'hidden'
    AND due_at > :now
RETURNING *;

-- name: hide_invitation(id, person_id, now)^
-- The invited person stays out. It lapses like any other, so that nobody is told (law 7).
UPDATE decisions SET why = 'hidden'
WHERE id = :id AND subject_id = :person_id AND state = 'invited' AND why <> 'hidden'
    AND due_at > :now
RETURNING *;

-- name: open_decisions(group_id)
SELECT id FROM decisions WHERE group_id = :group_id AND state = 'open' ORDER BY opened_at, id;

-- name: undecided(group_id)
SELECT * FROM decisions WHERE group_id = :group_id AND state IN ('open', 'invited') ORDER BY id;

-- name: open_minutes(group_id, most)
-- What is open, a parting apart, which is nobody's business but theirs who are asked. However many
-- knock, what the group is asked by name has its place.
SELECT * FROM decisions WHERE group_id = :group_id AND state = 'open' AND kind <> 'parting'
ORDER BY CASE WHEN kind IN ('knock', 'invitation') THEN 1 ELSE 0 END, opened_at, id LIMIT :most;

-- name: past_minutes(group_id, most, skip)
-- What was decided by name, newest first.
SELECT * FROM decisions
WHERE group_id = :group_id AND state <> 'open'
    AND kind IN ('proposal', 'settings', 'spoke', 'close')
ORDER BY opened_at DESC, id DESC LIMIT :most OFFSET :skip;

-- name: open_about(group_id, subject_id)
SELECT * FROM decisions
WHERE subject_id = :subject_id AND state IN ('open', 'invited') AND group_id = :group_id;

-- name: forget_votes(decision_id)!
DELETE FROM ballots WHERE decision_id = :decision_id;

-- name: forget_body(id)!
UPDATE decisions SET body = NULL WHERE id = :id;

-- name: withdraw_votes(group_id, person_id)
-- Somebody leaves: they have no say any more in what is open.
DELETE FROM ballots WHERE person_id = :person_id AND decision_id IN (
    SELECT id FROM decisions WHERE group_id = :group_id AND state = 'open')
RETURNING decision_id;

-- name: recount(id)!
UPDATE decisions SET revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE id = :id;

-- name: stale_cards(group_id)
SELECT id FROM decisions WHERE group_id = :group_id AND card = 'stale' ORDER BY opened_at, id;

-- name: card_is_up(id, revision)!
UPDATE decisions SET card = CASE WHEN revision = :revision THEN 'up' ELSE 'stale' END
WHERE id = :id;

-- name: no_card(id)!
UPDATE decisions SET card = 'none' WHERE id = :id;

-- name: cards_anew(group_id)!
-- In a new channel what is open is shown again.
UPDATE decisions SET thread_id = NULL,
    card = CASE WHEN state = 'open' AND kind <> 'parting' THEN 'stale' ELSE 'none' END
WHERE group_id = :group_id;

-- name: forget_posts(group_id)!
-- What stands in a group's channel for good: the first message, and the cards.
DELETE FROM posts WHERE (topic = 'group' AND key = :group_id)
    OR (topic = 'question' AND key IN (SELECT id FROM decisions WHERE group_id = :group_id));

-- name: shown(group_id)
SELECT message_id FROM posts WHERE message_id IS NOT NULL AND ((topic = 'group' AND key = :group_id)
    OR (topic = 'question' AND key IN (SELECT id FROM decisions WHERE group_id = :group_id)));

-- name: lasting(group_id)
-- Messages that stay where messages disappear: the first one, and cards as long as they are open.
SELECT message_id FROM posts
WHERE topic = 'group' AND key = :group_id AND message_id IS NOT NULL
UNION ALL SELECT posts.message_id FROM decisions
JOIN posts ON posts.topic = 'question' AND posts.key = decisions.id
WHERE decisions.group_id = :group_id AND decisions.state IN ('open', 'invited')
    AND posts.message_id IS NOT NULL;

-- name: has_thread(id, thread_id)!
UPDATE decisions SET thread_id = :thread_id WHERE id = :id;

-- name: forget_decision(id)!
DELETE FROM decisions WHERE id = :id;

-- name: forget_secret(before)
-- What was decided in secret leaves nothing behind once its card says how it ended.
DELETE FROM decisions WHERE kind IN ('knock', 'invitation', 'parting')
    AND state NOT IN ('open', 'invited') AND closed_at <= :before AND card <> 'stale'
RETURNING id;

-- name: forget_group_votes(group_id)!
DELETE FROM ballots WHERE decision_id IN (SELECT id FROM decisions WHERE group_id = :group_id);

-- name: forget_group_decisions(group_id)!
DELETE FROM decisions WHERE group_id = :group_id;

-- name: decisions_by(person_id)
SELECT * FROM decisions WHERE author_id = :person_id OR subject_id = :person_id
ORDER BY opened_at, id;

-- name: votes_of(person_id)
SELECT ballots.*, decisions.kind, decisions.group_id, decisions.guild_id FROM ballots
JOIN decisions ON decisions.id = ballots.decision_id
WHERE ballots.person_id = :person_id ORDER BY ballots.decision_id;

-- name: forget_votes_of(person_id)
DELETE FROM ballots WHERE person_id = :person_id RETURNING decision_id;

-- name: forget_author(person_id)
-- What they wrote cannot be read any more; that something was decided stays.
UPDATE decisions SET author_id = 0, body = NULL, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE author_id = :person_id
RETURNING id, state;

-- name: forget_subject(person_id)
UPDATE decisions SET subject_id = 0, body = NULL, revision = revision + 1,
    card = CASE WHEN card = 'none' THEN 'none' ELSE 'stale' END
WHERE subject_id = :person_id
RETURNING id, state;
