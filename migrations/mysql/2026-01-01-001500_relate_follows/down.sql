-- Detached again, for users to take the course's form.

ALTER TABLE follows
    DROP FOREIGN KEY follows_follower_id_fkey,
    DROP FOREIGN KEY follows_followee_id_fkey;
