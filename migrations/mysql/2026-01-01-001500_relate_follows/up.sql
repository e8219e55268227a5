-- Who follows whom stays as the course has it; it only goes with the people when they are deleted.

ALTER TABLE follows
    ADD CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT follows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE;
