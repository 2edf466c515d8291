-- Shelves. What somebody has put on theirs is nobody else's to know: of a thing on a shelf nothing
-- stands in clear but whose it is. Which work, how far its reader is and their note are sealed
-- under the reader's own key; no server, no time, no number.

-- `mark`: a fingerprint of the work's id under the reader's key, so that there is one row for each
-- thing. `id`: a new one whenever what is sealed changes; the seal is bound to it.
CREATE TABLE reading_shelves (
    person_id BIGINT NOT NULL,
    mark BYTEA NOT NULL,
    id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (person_id, mark)
);
