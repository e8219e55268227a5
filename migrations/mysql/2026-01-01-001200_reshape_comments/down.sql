-- A comment has 255 characters again: a longer one keeps its first 255, as metadata.toml declares.
-- A text or moment that the step up has given goes back to what it was, unless somebody has changed
-- it since. The comparison with what was given is made byte by byte: MySQL takes two texts for
-- equal when they differ only in trailing spaces.

ALTER TABLE comments
    DROP FOREIGN KEY comments_post_id_fkey,
    DROP FOREIGN KEY comments_user_id_fkey;
ALTER TABLE comments
    RENAME INDEX comments_post_id_created_at_idx TO comments_photo_id_created_at_idx;
ALTER TABLE comments
    DROP CONSTRAINT comments_content_check;
ALTER TABLE comments
    DROP COLUMN updated_at,
    MODIFY COLUMN created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE comments SET content = LEFT(content, 255) WHERE CHAR_LENGTH(content) > 255;
UPDATE comments
JOIN course_comment_texts AS texts ON texts.comment_id = comments.comment_id
    AND CAST(texts.content AS BINARY) = CAST(comments.content AS BINARY)
SET comments.content = '';
UPDATE comments
JOIN course_comment_times AS times ON times.comment_id = comments.comment_id AND times.created_at = comments.created_at
SET comments.created_at = NULL;
ALTER TABLE comments
    CHANGE COLUMN content comment_text VARCHAR(255) NOT NULL AFTER comment_id;
ALTER TABLE comments RENAME COLUMN comment_id TO id, RENAME COLUMN post_id TO photo_id;
DROP TABLE course_comment_texts;
DROP TABLE course_comment_times;
