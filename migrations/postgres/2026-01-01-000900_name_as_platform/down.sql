-- The course's names again. The server rewrites what points at them.

ALTER INDEX post_tags_tag_id_post_id_idx RENAME TO photo_tags_tag_id_photo_id_idx;
ALTER TABLE post_tags RENAME CONSTRAINT post_tags_pkey TO photo_tags_pkey;
ALTER TABLE post_tags RENAME COLUMN post_id TO photo_id;
ALTER TABLE post_tags RENAME TO photo_tags;
ALTER INDEX likes_post_id_idx RENAME TO likes_photo_id_idx;
ALTER TABLE likes RENAME COLUMN post_id TO photo_id;
ALTER INDEX comments_post_id_created_at_idx RENAME TO comments_photo_id_created_at_idx;
ALTER SEQUENCE IF EXISTS comments_comment_id_seq RENAME TO comments_id_seq;
ALTER TABLE comments RENAME COLUMN post_id TO photo_id;
ALTER TABLE comments RENAME COLUMN content TO comment_text;
ALTER TABLE comments RENAME COLUMN comment_id TO id;
ALTER INDEX posts_user_id_created_at_idx RENAME TO photos_user_id_created_at_idx;
ALTER SEQUENCE IF EXISTS posts_post_id_seq RENAME TO photos_id_seq;
ALTER TABLE posts RENAME CONSTRAINT posts_pkey TO photos_pkey;
ALTER TABLE posts RENAME COLUMN post_id TO id;
ALTER TABLE posts RENAME TO photos;
ALTER SEQUENCE IF EXISTS users_user_id_seq RENAME TO users_id_seq;
ALTER TABLE users RENAME COLUMN user_id TO id;
