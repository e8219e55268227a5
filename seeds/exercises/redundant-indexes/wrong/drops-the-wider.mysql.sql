-- You dropped the wider of two similar indexes. Which queries can the narrow one not serve?
DROP INDEX comments_photo_id_created_at_idx ON comments;
DROP INDEX likes_user_id_idx ON likes;
