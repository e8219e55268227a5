-- Your condition compares the size of the two ids, so it also refuses half of the ordinary follows.
ALTER TABLE follows
    ADD CONSTRAINT follows_no_self_check CHECK (follower_id < followee_id);
