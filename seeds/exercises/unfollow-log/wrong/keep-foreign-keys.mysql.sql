-- Repeated unfollows work now. But the log still points at users, so a user who is in it cannot be deleted.
ALTER TABLE unfollows
    ADD INDEX unfollows_follower_id_idx (follower_id),
    DROP PRIMARY KEY,
    ADD COLUMN unfollow_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY;
