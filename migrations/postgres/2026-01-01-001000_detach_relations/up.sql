-- The way to the platform edition gives every table a new form. While another table of ours points at
-- it, doing so is dangerous: SQLite's DROP TABLE deletes the rows first and takes the children along or
-- fails, MySQL refuses to change the column. So our own foreign keys go here, children first, and the
-- following steps put the platform's in their place, parents first.

ALTER TABLE post_tags
    DROP CONSTRAINT photo_tags_photo_id_fkey,
    DROP CONSTRAINT photo_tags_tag_id_fkey;
ALTER TABLE follows
    DROP CONSTRAINT follows_follower_id_fkey,
    DROP CONSTRAINT follows_followee_id_fkey;
ALTER TABLE likes
    DROP CONSTRAINT likes_user_id_fkey,
    DROP CONSTRAINT likes_photo_id_fkey;
ALTER TABLE comments
    DROP CONSTRAINT comments_photo_id_fkey,
    DROP CONSTRAINT comments_user_id_fkey;
ALTER TABLE posts
    DROP CONSTRAINT photos_user_id_fkey;
