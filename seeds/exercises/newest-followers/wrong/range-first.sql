-- Your index is sorted by time first, so the followers of one user are scattered over it.
CREATE INDEX follows_created_at_followee_id_idx ON follows (created_at, followee_id);
