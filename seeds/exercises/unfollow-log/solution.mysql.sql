ALTER TABLE unfollows
    DROP FOREIGN KEY unfollows_follower_id_fkey,
    DROP FOREIGN KEY unfollows_followee_id_fkey;
ALTER TABLE unfollows
    DROP PRIMARY KEY,
    ADD COLUMN unfollow_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY;
