CREATE INDEX photos_user_id_created_at_idx ON photos (user_id, created_at);
