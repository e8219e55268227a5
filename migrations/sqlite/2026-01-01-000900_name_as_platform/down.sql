-- The course's names again. The engine rewrites what points at them.

DROP INDEX post_tags_tag_id_post_id_idx;
DROP INDEX likes_post_id_idx;
DROP INDEX comments_post_id_created_at_idx;
DROP INDEX posts_user_id_created_at_idx;
ALTER TABLE post_tags RENAME COLUMN post_id TO photo_id;
ALTER TABLE post_tags RENAME TO photo_tags;
ALTER TABLE likes RENAME COLUMN post_id TO photo_id;
ALTER TABLE comments RENAME COLUMN post_id TO photo_id;
ALTER TABLE comments RENAME COLUMN content TO comment_text;
ALTER TABLE comments RENAME COLUMN comment_id TO id;
ALTER TABLE posts RENAME COLUMN post_id TO id;
ALTER TABLE posts RENAME TO photos;
ALTER TABLE users RENAME COLUMN user_id TO id;
CREATE INDEX photo_tags_tag_id_photo_id_idx ON photo_tags (tag_id, photo_id);
CREATE INDEX likes_photo_id_idx ON likes (photo_id);
CREATE INDEX comments_photo_id_created_at_idx ON comments (photo_id, created_at);
CREATE INDEX photos_user_id_created_at_idx ON photos (user_id, created_at);
