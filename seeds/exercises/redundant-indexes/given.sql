CREATE INDEX comments_photo_id_idx ON comments (photo_id);
CREATE INDEX likes_user_id_idx ON likes (user_id);
INSERT INTO comments (comment_text, photo_id, user_id, created_at)
SELECT 'first!', 100, id, created_at FROM users;
