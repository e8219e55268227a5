-- Your key still holds both photo_id and comment_id. One of them is always NULL, and a NULL makes two rows different.
CREATE UNIQUE INDEX reactions_once_more_key ON reactions (photo_id, comment_id, user_id);
