-- The course's names again. The server rewrites the foreign keys that point at them.

ALTER TABLE post_tags RENAME INDEX post_tags_tag_id_post_id_idx TO photo_tags_tag_id_photo_id_idx;
ALTER TABLE post_tags RENAME COLUMN post_id TO photo_id;
ALTER TABLE post_tags RENAME TO photo_tags;
ALTER TABLE likes RENAME INDEX likes_post_id_idx TO likes_photo_id_idx;
ALTER TABLE likes RENAME COLUMN post_id TO photo_id;
ALTER TABLE comments
    RENAME INDEX comments_post_id_created_at_idx TO comments_photo_id_created_at_idx;
ALTER TABLE comments
    RENAME COLUMN post_id TO photo_id,
    RENAME COLUMN content TO comment_text,
    RENAME COLUMN comment_id TO id;
ALTER TABLE posts
    RENAME INDEX posts_user_id_created_at_idx TO photos_user_id_created_at_idx;
ALTER TABLE posts RENAME COLUMN post_id TO id;
ALTER TABLE posts RENAME TO photos;
ALTER TABLE users RENAME COLUMN user_id TO id;
