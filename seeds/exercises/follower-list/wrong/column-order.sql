-- An index is sorted by its first column, and the query does not know the first column of yours.
CREATE INDEX follows_follower_id_followee_id_idx ON follows (follower_id, followee_id);
