-- Back to the indexes that came from the course.

ALTER TABLE follows
    ADD INDEX follows_followee_id_idx (followee_id),
    DROP INDEX follows_followee_id_created_at_idx;
ALTER TABLE likes
    ADD INDEX likes_post_id_idx (post_id),
    DROP INDEX likes_post_id_created_at_idx;
ALTER TABLE posts DROP INDEX posts_created_at_idx;
