-- Your index is sorted by photo first. The views of one user are scattered all over it.
CREATE INDEX photo_views_photo_id_user_id_idx ON photo_views (photo_id, user_id);
