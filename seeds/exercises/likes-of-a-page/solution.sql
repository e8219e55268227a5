CREATE INDEX likes_photo_id_idx ON likes (photo_id);
