DROP INDEX comments_photo_id_idx;
DROP INDEX likes_user_id_idx;
