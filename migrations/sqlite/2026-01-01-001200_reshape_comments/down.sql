-- A comment has 255 characters again: a longer one keeps its first 255, as metadata.toml declares.
-- A text or moment that the step up has given goes back to what it was, unless somebody has changed
-- it since.

ALTER TABLE comments RENAME TO comments_old;
CREATE TABLE comments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    comment_text VARCHAR(255) NOT NULL CHECK (length(comment_text) <= 255),
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at)
SELECT comments_old.comment_id,
    CASE WHEN texts.comment_id IS NULL THEN substr(comments_old.content, 1, 255) ELSE '' END,
    comments_old.post_id, comments_old.user_id,
    CASE WHEN times.comment_id IS NULL THEN comments_old.created_at END
FROM comments_old
LEFT JOIN course_comment_texts AS texts ON texts.comment_id = comments_old.comment_id
    AND texts.content = comments_old.content
LEFT JOIN course_comment_times AS times ON times.comment_id = comments_old.comment_id
    AND times.created_at = comments_old.created_at
ORDER BY comments_old.comment_id;
DELETE FROM sqlite_sequence WHERE name = 'comments';
INSERT INTO sqlite_sequence (name, seq) SELECT 'comments', seq FROM sqlite_sequence WHERE name = 'comments_old';
DROP TABLE comments_old;
CREATE INDEX comments_photo_id_created_at_idx ON comments (photo_id, created_at);
CREATE INDEX comments_user_id_idx ON comments (user_id);
DROP TABLE course_comment_texts;
DROP TABLE course_comment_times;
