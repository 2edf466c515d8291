-- How often Discord was asked in vain for this ring, or to take it down: it waits longer each time.
ALTER TABLE rings ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
