-- A comment has 255 characters again: a longer one keeps its first 255, as metadata.toml declares.
-- A text or moment that the step up has given goes back to what it was, unless somebody has changed
-- it since.

PRAGMA legacy_alter_table = ON;
CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500),
    given_at DATETIME,
    original VARCHAR(255),
    PRIMARY KEY (what, id, second_id)
) WITHOUT ROWID;
CREATE TABLE __instaseed_new_comments (
    comment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (comment_id BETWEEN -2147483648 AND 2147483647),
    content VARCHAR(255) NOT NULL CHECK (length(content) <= 255),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __instaseed_new_comments (comment_id, content, post_id, user_id, created_at)
SELECT comments.comment_id,
    CASE WHEN texts.id IS NULL THEN substr(comments.content, 1, 255) ELSE '' END,
    comments.post_id, comments.user_id,
    CASE WHEN times.id IS NULL THEN comments.created_at END
FROM comments
LEFT JOIN __instaseed_kept AS texts ON texts.what = 'comment_text' AND texts.id = comments.comment_id
    AND texts.second_id = 0 AND texts.given = comments.content
LEFT JOIN __instaseed_kept AS times ON times.what = 'comment_time' AND times.id = comments.comment_id
    AND times.second_id = 0 AND times.given_at = comments.created_at
ORDER BY comments.comment_id;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_comments';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_comments', seq FROM sqlite_sequence WHERE name = 'comments';
DROP TABLE comments;
ALTER TABLE __instaseed_new_comments RENAME TO comments;
CREATE INDEX comments_post_id_created_at_idx ON comments (post_id, created_at);
CREATE INDEX comments_user_id_idx ON comments (user_id);
DELETE FROM __instaseed_kept WHERE what IN ('comment_text', 'comment_time');
PRAGMA legacy_alter_table = OFF;
