-- The queue of due work.

-- name: add(kind, key, turn, urgent, now, due_at)!
-- A piece that waits already is looked at at the earlier of both times. `again` tells whoever is
-- at it that there is more.
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
VALUES (:kind, :key, :turn, :urgent, :now, :due_at)
ON CONFLICT (kind, key) DO UPDATE SET noted_at = :now, again = 1,
    urgent = CASE WHEN work.urgent > :urgent THEN work.urgent ELSE :urgent END,
    tries = CASE WHEN work.busy_until > :now THEN work.tries ELSE 0 END,
    due_at = CASE WHEN work.due_at > :due_at THEN :due_at ELSE work.due_at END;

-- name: begin(kind, key, now)!
INSERT INTO work (kind, key, turn, urgent, noted_at, due_at)
VALUES (:kind, :key, :kind, 0, :now, :now) ON CONFLICT DO NOTHING;

-- name: due(urgent, now, latest, furthest, most)
-- One piece of each turn, so that nobody's many pieces hold up others' few. What was noted later
-- than `latest`, or is busy until later than `furthest`, has that from a clock that was wrong: it
-- is looked at now.
SELECT kind, key, turn FROM (
    SELECT kind, key, turn, due_at,
        ROW_NUMBER() OVER (PARTITION BY turn ORDER BY due_at, kind, key) AS place
    FROM work
    WHERE urgent = :urgent AND (due_at <= :now OR noted_at > :latest)
        AND (busy_until <= :now OR busy_until > :furthest)
) AS waiting
WHERE place = 1 ORDER BY due_at, kind, key LIMIT :most;

-- name: claim(kind, key, now, until, furthest)^
-- Whether it is due or not: whoever asks for it waits for it. If its process dies, it is due again
-- at `until`.
UPDATE work SET busy_until = :until, due_at = :until, noted_at = :now, again = 0
WHERE kind = :kind AND key = :key AND (busy_until <= :now OR busy_until > :furthest)
RETURNING kind, key, turn, urgent, tries, busy_until;

-- name: put_off(kind, key, until, urgent, now, due_at, soonest, tries)^
-- `until` tells whose it is: who was overtaken finishes nothing. What was added meanwhile is looked
-- at from `soonest` on.
UPDATE work SET busy_until = 0, tries = :tries, again = 0, noted_at = :now,
    urgent = CASE WHEN again = 1 THEN urgent ELSE :urgent END,
    due_at = CASE WHEN again = 0 OR due_at >= :due_at THEN :due_at
        WHEN due_at < :soonest THEN :soonest ELSE due_at END
WHERE kind = :kind AND key = :key AND busy_until = :until
RETURNING due_at;

-- name: done(kind, key, until)^
DELETE FROM work WHERE kind = :kind AND key = :key AND busy_until = :until AND again = 0
RETURNING key;

-- name: forget(kind, key)!
DELETE FROM work WHERE kind = :kind AND key = :key;

-- name: forget_turn(turn)!
DELETE FROM work WHERE turn = :turn;

-- name: of_turn(turn)
SELECT kind, key, due_at, tries FROM work WHERE turn = :turn ORDER BY kind, key;

-- name: try_again(now)!
-- What waits because Discord did not take it.
UPDATE work SET due_at = :now WHERE tries > 0 AND due_at > :now;
