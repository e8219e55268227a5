-- The right column is in your index, but only in second place, where it is not sorted.
CREATE INDEX follows_created_at_followee_id_idx ON follows (created_at, followee_id);
