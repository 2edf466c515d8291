-- "This speaks for me", so that nobody says it twice of one message, whatever happens between. A row
-- is its message's author's; who objected to which message is a fingerprint under their key. It goes
-- when the message is too old to be objected to, at the end of a day, because the second would tell
-- which message it is. Objections of the last week had no author: they are forgotten; whoever has
-- yet to read of one still does.
DROP TABLE objections;
CREATE TABLE objections (
    author_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    mark BYTEA NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (author_id, mark)
);
CREATE INDEX objections_by_due ON objections (due_at);
