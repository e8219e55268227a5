-- Two unfollows of the same pair can happen within one second. The time does not make a row unique.
ALTER TABLE unfollows
    DROP FOREIGN KEY unfollows_follower_id_fkey,
    DROP FOREIGN KEY unfollows_followee_id_fkey;
ALTER TABLE unfollows
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (follower_id, followee_id, unfollowed_at);
