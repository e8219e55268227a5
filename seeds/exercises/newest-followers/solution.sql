CREATE INDEX follows_followee_id_created_at_idx ON follows (followee_id, created_at);
