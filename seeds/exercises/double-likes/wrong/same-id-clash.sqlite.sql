-- Your key takes a photo and a comment with the same id for the same thing, so it refuses likes that are allowed.
CREATE UNIQUE INDEX reactions_user_target_key ON reactions (user_id, COALESCE(photo_id, comment_id));
