-- name: instance()^
SELECT id, proof FROM instance;

-- name: found(id, proof)!
INSERT INTO instance (id, proof) VALUES (:id, :proof);

-- name: held()$
SELECT count(*) FROM personal_keys;

-- name: prove(id, proof)!
UPDATE instance SET proof = :proof WHERE id = :id;

-- name: key_of(person_id)^
SELECT wrapped FROM personal_keys WHERE person_id = :person_id;

-- Whether there is a key that the index does not know: the sum and the key keep it out of this.
-- name: lost(person_id)$
SELECT count(wrapped) FROM personal_keys WHERE person_id + 0 = :person_id;

-- name: add_key(person_id, wrapped)!
INSERT INTO personal_keys (person_id, wrapped) VALUES (:person_id, :wrapped)
ON CONFLICT (person_id) DO NOTHING;

-- name: all_keys()
SELECT person_id, wrapped FROM personal_keys;

-- name: people(after, most)
SELECT person_id FROM personal_keys WHERE person_id > :after ORDER BY person_id LIMIT :most;

-- name: rewrap(person_id, wrapped)!
UPDATE personal_keys SET wrapped = :wrapped WHERE person_id = :person_id;

-- By the table itself, as above: what an index has lost goes, too.
-- name: forget(person_id)!
DELETE FROM personal_keys WHERE person_id + 0 = :person_id;
