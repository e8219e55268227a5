-- An index is sorted by its first column, and the query does not know the first column of yours.
CREATE INDEX likes_user_id_photo_id_idx ON likes (user_id, photo_id);
