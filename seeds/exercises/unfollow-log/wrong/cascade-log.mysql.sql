-- With ON DELETE CASCADE the log loses its rows together with the user. The history has to stay.
ALTER TABLE unfollows
    DROP FOREIGN KEY unfollows_follower_id_fkey,
    DROP FOREIGN KEY unfollows_followee_id_fkey;
ALTER TABLE unfollows
    DROP PRIMARY KEY,
    ADD COLUMN unfollow_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    ADD CONSTRAINT unfollows_follower FOREIGN KEY (follower_id) REFERENCES users (user_id) ON DELETE CASCADE,
    ADD CONSTRAINT unfollows_followee FOREIGN KEY (followee_id) REFERENCES users (user_id) ON DELETE CASCADE;
