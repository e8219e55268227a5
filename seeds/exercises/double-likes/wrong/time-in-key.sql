-- With the time in the key, two likes of the same photo are different as soon as they are a second apart.
CREATE UNIQUE INDEX reactions_user_photo_time_key ON reactions (user_id, photo_id, created_at);
CREATE UNIQUE INDEX reactions_user_comment_time_key ON reactions (user_id, comment_id, created_at);
