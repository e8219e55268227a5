DROP INDEX comments_photo_id_idx ON comments;
DROP INDEX likes_user_id_idx ON likes;
