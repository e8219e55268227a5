-- Two unfollows of the same pair can happen within one second. The time does not make a row unique.
ALTER TABLE unfollows
    DROP CONSTRAINT unfollows_follower_id_fkey,
    DROP CONSTRAINT unfollows_followee_id_fkey,
    DROP CONSTRAINT unfollows_pkey,
    ADD PRIMARY KEY (follower_id, followee_id, unfollowed_at);
