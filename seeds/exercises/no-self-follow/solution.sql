ALTER TABLE follows
    ADD CONSTRAINT follows_no_self_check CHECK (follower_id <> followee_id);
