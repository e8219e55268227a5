-- The tables that stay take the platform's names here, and nothing else happens. Renaming in place is
-- the one change after which the server itself rewrites what points at the name: foreign keys, views,
-- triggers, policies and grants of your own follow.

ALTER TABLE users RENAME COLUMN id TO user_id;
ALTER SEQUENCE IF EXISTS users_id_seq RENAME TO users_user_id_seq;
ALTER TABLE photos RENAME TO posts;
ALTER TABLE posts RENAME COLUMN id TO post_id;
ALTER TABLE posts RENAME CONSTRAINT photos_pkey TO posts_pkey;
ALTER SEQUENCE IF EXISTS photos_id_seq RENAME TO posts_post_id_seq;
ALTER INDEX photos_user_id_created_at_idx RENAME TO posts_user_id_created_at_idx;
ALTER TABLE comments RENAME COLUMN id TO comment_id;
ALTER TABLE comments RENAME COLUMN comment_text TO content;
ALTER TABLE comments RENAME COLUMN photo_id TO post_id;
ALTER SEQUENCE IF EXISTS comments_id_seq RENAME TO comments_comment_id_seq;
ALTER INDEX comments_photo_id_created_at_idx RENAME TO comments_post_id_created_at_idx;
ALTER TABLE likes RENAME COLUMN photo_id TO post_id;
ALTER INDEX likes_photo_id_idx RENAME TO likes_post_id_idx;
ALTER TABLE photo_tags RENAME TO post_tags;
ALTER TABLE post_tags RENAME COLUMN photo_id TO post_id;
ALTER TABLE post_tags RENAME CONSTRAINT photo_tags_pkey TO post_tags_pkey;
ALTER INDEX photo_tags_tag_id_photo_id_idx RENAME TO post_tags_tag_id_post_id_idx;
