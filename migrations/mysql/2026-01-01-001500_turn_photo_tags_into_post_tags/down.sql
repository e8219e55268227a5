-- The hashtags of a post become those of its photo again, detached, for posts to take the course's
-- form.

ALTER TABLE post_tags
    DROP FOREIGN KEY post_tags_post_id_fkey,
    DROP FOREIGN KEY post_tags_tag_id_fkey;
ALTER TABLE post_tags RENAME INDEX post_tags_tag_id_post_id_idx TO photo_tags_tag_id_photo_id_idx;
ALTER TABLE post_tags RENAME COLUMN post_id TO photo_id;
ALTER TABLE post_tags RENAME TO photo_tags;
