-- The right column is in your index, but only in second place, where it is not sorted.
CREATE INDEX likes_created_at_photo_id_idx ON likes (created_at, photo_id);
