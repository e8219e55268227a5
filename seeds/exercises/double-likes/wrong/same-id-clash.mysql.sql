-- Your key takes a photo and a comment with the same id for the same thing, so it refuses likes that are allowed.
ALTER TABLE reactions ADD COLUMN target_id INTEGER AS (COALESCE(photo_id, comment_id));
CREATE UNIQUE INDEX reactions_user_target_key ON reactions (user_id, target_id);
