-- The keys database: apart from the texts, so that erasing a key also closes every older backup.

-- Which instance these keys belong to, and how to recognise its key.
CREATE TABLE instance (
    id TEXT PRIMARY KEY,
    proof BYTEA NOT NULL
);

CREATE TABLE personal_keys (
    person_id BIGINT PRIMARY KEY,
    wrapped BYTEA NOT NULL
);
