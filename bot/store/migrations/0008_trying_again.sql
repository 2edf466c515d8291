-- How often Discord was asked in vain for this ring, or to take it down: it waits longer each time.
ALTER TABLE rings ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;

-- When sending a post was begun (seconds UTC), from where on its message is looked for; 0: before
-- that was noted.
ALTER TABLE posts ADD COLUMN begun_at BIGINT NOT NULL DEFAULT 0;
