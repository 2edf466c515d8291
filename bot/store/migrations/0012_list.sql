-- Moderators can take a group off the list, openly. `listed_from`: until then (seconds UTC) it cannot
-- be in it again; 0: nobody has taken it off.
ALTER TABLE affinity_groups ADD COLUMN listed_from BIGINT NOT NULL DEFAULT 0;
