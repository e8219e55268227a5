-- The course's foreign keys come back, parents first; each is checked against all rows while it is
-- added. The tables take the course's names in the step before this one, and the keys have them already.

ALTER TABLE posts
    ADD CONSTRAINT photos_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id);
ALTER TABLE comments
    ADD CONSTRAINT comments_photo_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id),
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id);
ALTER TABLE likes
    ADD CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id),
    ADD CONSTRAINT likes_photo_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id);
ALTER TABLE follows
    ADD CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id),
    ADD CONSTRAINT follows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id);
ALTER TABLE post_tags
    ADD CONSTRAINT photo_tags_photo_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id),
    ADD CONSTRAINT photo_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id);
