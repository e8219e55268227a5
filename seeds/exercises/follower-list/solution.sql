CREATE INDEX follows_followee_id_idx ON follows (followee_id);
