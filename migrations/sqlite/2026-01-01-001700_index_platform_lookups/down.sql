-- Back to the indexes that came from the course.

CREATE INDEX follows_followee_id_idx ON follows (followee_id);
DROP INDEX follows_followee_id_created_at_idx;
CREATE INDEX likes_post_id_idx ON likes (post_id);
DROP INDEX likes_post_id_created_at_idx;
DROP INDEX posts_created_at_idx;
