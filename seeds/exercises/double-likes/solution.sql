CREATE UNIQUE INDEX reactions_user_photo_key ON reactions (user_id, photo_id);
CREATE UNIQUE INDEX reactions_user_comment_key ON reactions (user_id, comment_id);
