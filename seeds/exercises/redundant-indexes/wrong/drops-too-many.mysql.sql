-- One of the indexes that you dropped was the only one that begins with its column.
DROP INDEX comments_photo_id_idx ON comments;
DROP INDEX likes_user_id_idx ON likes;
DROP INDEX comments_user_id_idx ON comments;
