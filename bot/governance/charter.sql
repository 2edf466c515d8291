-- name: values_of(guild_id)
SELECT name, value, revision FROM rules WHERE guild_id = :guild_id;

-- name: change(guild_id, name, value, revision)^
-- The later of two moderators must see that the value changed under them.
INSERT INTO rules (guild_id, name, value, revision) VALUES (:guild_id, :name, :value, :revision)
ON CONFLICT (guild_id, name) DO UPDATE SET value = :value, revision = :revision
WHERE rules.revision = :revision - 1
RETURNING revision;

-- name: note_change(id, guild_id, name, before_value, after_value, author_id, now, state)!
INSERT INTO rule_changes (id, guild_id, name, before_value, after_value, author_id, changed_at,
    state)
VALUES (:id, :guild_id, :name, :before_value, :after_value, :author_id, :now, :state);

-- name: change_row(id)^
SELECT * FROM rule_changes WHERE id = :id;

-- name: history(guild_id, most, skip)
SELECT * FROM rule_changes WHERE guild_id = :guild_id
ORDER BY changed_at DESC, id LIMIT :most OFFSET :skip;

-- name: last_change(guild_id, name, before_value)^
SELECT * FROM rule_changes
WHERE guild_id = :guild_id AND name = :name AND before_value = :before_value
ORDER BY changed_at DESC, id LIMIT 1;

-- name: forget_old_changes(before)!
DELETE FROM rule_changes WHERE changed_at <= :before AND state <> 'due'
    AND EXISTS (SELECT 1 FROM rule_changes AS later WHERE later.guild_id = rule_changes.guild_id
        AND later.name = rule_changes.name AND later.changed_at > rule_changes.changed_at);

-- name: settle_change(id, state)!
UPDATE rule_changes SET state = :state WHERE id = :id;

-- name: changes_by(author_id)
SELECT * FROM rule_changes WHERE author_id = :author_id ORDER BY changed_at, id;

-- name: forget_author(author_id)!
-- The change stays in the history, as law 3 asks; its author's id does not.
UPDATE rule_changes SET author_id = 0 WHERE author_id = :author_id;

-- name: forget_guild_rules(guild_id)!
DELETE FROM rules WHERE guild_id = :guild_id;

-- name: forget_guild_changes(guild_id)!
DELETE FROM rule_changes WHERE guild_id = :guild_id;
