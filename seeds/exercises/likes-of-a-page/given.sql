DROP INDEX likes_photo_id_idx;
