-- Your index finds the followers, but does not have them in the order of time. All of them are still sorted.
CREATE INDEX follows_followee_id_follower_id_idx ON follows (followee_id, follower_id);
