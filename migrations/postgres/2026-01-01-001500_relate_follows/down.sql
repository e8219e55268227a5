-- Detached again, for users to take the course's form.

ALTER TABLE follows
    DROP CONSTRAINT follows_follower_id_fkey,
    DROP CONSTRAINT follows_followee_id_fkey;
