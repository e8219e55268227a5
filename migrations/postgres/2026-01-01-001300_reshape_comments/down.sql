-- A comment has 255 characters again: a longer one keeps its first 255, as metadata.toml declares.
-- A text or moment that the step up has given goes back to what it was, unless somebody has changed
-- it since.

CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) COLLATE "C",
    given_at TIMESTAMP(0),
    original VARCHAR(255) COLLATE "C",
    PRIMARY KEY (what, id, second_id)
);
DROP TRIGGER comments_set_updated_at ON comments;
ALTER TABLE comments
    DROP CONSTRAINT comments_post_id_fkey,
    DROP CONSTRAINT comments_user_id_fkey,
    DROP CONSTRAINT comments_content_check,
    ALTER COLUMN created_at DROP NOT NULL,
    DROP COLUMN updated_at;
UPDATE comments SET content = ''
FROM __instaseed_kept AS texts
WHERE texts.what = 'comment_text' AND texts.id = comments.comment_id AND texts.given = comments.content;
UPDATE comments SET created_at = NULL
FROM __instaseed_kept AS times
WHERE times.what = 'comment_time' AND times.id = comments.comment_id AND times.given_at = comments.created_at;
ALTER TABLE comments
    ALTER COLUMN content TYPE VARCHAR(255) COLLATE "C" USING substr(content, 1, 255);
DELETE FROM __instaseed_kept WHERE what IN ('comment_text', 'comment_time');
