-- A comment has 255 characters again: a longer one keeps its first 255, as metadata.toml declares.
-- A text or moment that the step up has given goes back to what it was, unless somebody has changed
-- it since. The comparison with what was given is made byte by byte: MySQL takes two texts for
-- equal when they differ only in trailing spaces.

SET SESSION sql_safe_updates = 0;
CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) NULL,
    given_at TIMESTAMP NULL DEFAULT NULL,
    original VARCHAR(255) NULL,
    PRIMARY KEY (what, id, second_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
ALTER TABLE comments
    DROP FOREIGN KEY comments_post_id_fkey,
    DROP FOREIGN KEY comments_user_id_fkey;
ALTER TABLE comments
    DROP CONSTRAINT comments_content_check;
ALTER TABLE comments
    DROP COLUMN updated_at,
    MODIFY COLUMN created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE comments SET content = LEFT(content, 255) WHERE CHAR_LENGTH(content) > 255;
UPDATE comments
JOIN __instaseed_kept AS texts ON texts.what = 'comment_text' AND texts.id = comments.comment_id
    AND texts.second_id = 0 AND CAST(texts.given AS BINARY) = CAST(comments.content AS BINARY)
SET comments.content = '';
UPDATE comments
JOIN __instaseed_kept AS times ON times.what = 'comment_time' AND times.id = comments.comment_id
    AND times.second_id = 0 AND times.given_at = comments.created_at
SET comments.created_at = NULL;
ALTER TABLE comments
    MODIFY COLUMN content VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL AFTER comment_id;
DELETE FROM __instaseed_kept WHERE what IN ('comment_text', 'comment_time');
