-- The hashtags of a photo become those of its post. tags stays as the course has it; what ties it
-- to posts goes when either of them is deleted.

ALTER TABLE photo_tags RENAME TO post_tags;
ALTER TABLE post_tags RENAME COLUMN photo_id TO post_id;
ALTER TABLE post_tags RENAME INDEX photo_tags_tag_id_photo_id_idx TO post_tags_tag_id_post_id_idx;
ALTER TABLE post_tags
    ADD CONSTRAINT post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT post_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id)
        ON DELETE CASCADE ON UPDATE CASCADE;
