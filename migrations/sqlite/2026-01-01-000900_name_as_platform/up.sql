-- The tables that stay take the platform's names here, and nothing else happens. Renaming in place is
-- the one change after which the engine itself rewrites what points at the name: foreign keys, views
-- and triggers of your own follow. Once all names are final, the later steps can rebuild a table and
-- put back what belongs to it, word for word. An index cannot be renamed in SQLite: it is made again.

ALTER TABLE users RENAME COLUMN id TO user_id;
ALTER TABLE photos RENAME TO posts;
ALTER TABLE posts RENAME COLUMN id TO post_id;
ALTER TABLE comments RENAME COLUMN id TO comment_id;
ALTER TABLE comments RENAME COLUMN comment_text TO content;
ALTER TABLE comments RENAME COLUMN photo_id TO post_id;
ALTER TABLE likes RENAME COLUMN photo_id TO post_id;
ALTER TABLE photo_tags RENAME TO post_tags;
ALTER TABLE post_tags RENAME COLUMN photo_id TO post_id;
DROP INDEX photos_user_id_created_at_idx;
CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);
DROP INDEX comments_photo_id_created_at_idx;
CREATE INDEX comments_post_id_created_at_idx ON comments (post_id, created_at);
DROP INDEX likes_photo_id_idx;
CREATE INDEX likes_post_id_idx ON likes (post_id);
DROP INDEX photo_tags_tag_id_photo_id_idx;
CREATE INDEX post_tags_tag_id_post_id_idx ON post_tags (tag_id, post_id);
