-- Detached again, for posts to take the course's form.

ALTER TABLE post_tags
    DROP CONSTRAINT post_tags_post_id_fkey,
    DROP CONSTRAINT post_tags_tag_id_fkey;
