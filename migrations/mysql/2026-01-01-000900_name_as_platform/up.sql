-- The tables that stay take the platform's names here, and nothing else happens. Renaming in place is
-- the one change after which the server itself rewrites the foreign keys that point at the name, those
-- of your own tables included. Views and triggers it does not rewrite: instaseed refuses the way, and
-- names them, before the first statement.

ALTER TABLE users RENAME COLUMN id TO user_id;
ALTER TABLE photos RENAME TO posts;
ALTER TABLE posts RENAME COLUMN id TO post_id;
ALTER TABLE posts
    RENAME INDEX photos_user_id_created_at_idx TO posts_user_id_created_at_idx;
ALTER TABLE comments
    RENAME COLUMN id TO comment_id,
    RENAME COLUMN comment_text TO content,
    RENAME COLUMN photo_id TO post_id;
ALTER TABLE comments
    RENAME INDEX comments_photo_id_created_at_idx TO comments_post_id_created_at_idx;
ALTER TABLE likes RENAME COLUMN photo_id TO post_id;
ALTER TABLE likes RENAME INDEX likes_photo_id_idx TO likes_post_id_idx;
ALTER TABLE photo_tags RENAME TO post_tags;
ALTER TABLE post_tags RENAME COLUMN photo_id TO post_id;
ALTER TABLE post_tags RENAME INDEX photo_tags_tag_id_photo_id_idx TO post_tags_tag_id_post_id_idx;
