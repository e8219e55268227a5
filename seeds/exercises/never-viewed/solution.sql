CREATE INDEX photo_views_user_id_idx ON photo_views (user_id);
