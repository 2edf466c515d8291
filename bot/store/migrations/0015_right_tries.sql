-- Right passphrases are counted, too, because each takes as much work as a wrong one.
ALTER TABLE journal_tries ADD COLUMN was_right BIGINT NOT NULL DEFAULT 0;
