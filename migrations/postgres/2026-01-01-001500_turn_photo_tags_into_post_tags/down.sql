-- The hashtags of a post become those of its photo again, detached, for posts to take the course's
-- form.

ALTER TABLE post_tags
    DROP CONSTRAINT post_tags_post_id_fkey,
    DROP CONSTRAINT post_tags_tag_id_fkey;
ALTER INDEX post_tags_tag_id_post_id_idx RENAME TO photo_tags_tag_id_photo_id_idx;
ALTER TABLE post_tags RENAME CONSTRAINT post_tags_pkey TO photo_tags_pkey;
ALTER TABLE post_tags RENAME COLUMN post_id TO photo_id;
ALTER TABLE post_tags RENAME TO photo_tags;
