-- The inner query compares user_id. Your index is sorted by something else.
CREATE INDEX photo_views_photo_id_idx ON photo_views (photo_id);
