-- The right column is in your index, but only in second place, where it is not sorted.
CREATE INDEX photo_views_viewed_at_user_id_idx ON photo_views (viewed_at, user_id);
