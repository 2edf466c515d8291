-- Who is in none of the bot's servers any more. Nothing of theirs can be asked for or ended from
-- there, so it goes by itself, in 30 days.
CREATE TABLE absences (
    person_id BIGINT PRIMARY KEY,
    since BIGINT NOT NULL
);
CREATE INDEX absences_by_time ON absences (since);
