-- A comment of the platform has 1 to 500 characters and a moment; the course allows none of either.
-- An empty one becomes '(empty comment)' (course_comment_texts remembers it), one without
-- created_at gets the later of its post's and its writer's (course_comment_times remembers it), so
-- that nobody comments before both exist. The table is altered in place, which keeps its
-- AUTO_INCREMENT.

CREATE TABLE course_comment_texts (
    comment_id INTEGER NOT NULL PRIMARY KEY,
    content VARCHAR(500) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO course_comment_texts (comment_id, content)
SELECT id, '(empty comment)' FROM comments WHERE CHAR_LENGTH(comment_text) = 0;

CREATE TABLE course_comment_times (
    comment_id INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (comment_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO course_comment_times (comment_id, created_at)
SELECT comments.id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM comments
JOIN posts ON posts.post_id = comments.photo_id
JOIN users ON users.user_id = comments.user_id
WHERE comments.created_at IS NULL;

ALTER TABLE comments RENAME COLUMN id TO comment_id, RENAME COLUMN photo_id TO post_id;
ALTER TABLE comments
    CHANGE COLUMN comment_text content VARCHAR(500) NOT NULL AFTER user_id,
    ADD COLUMN updated_at TIMESTAMP NULL DEFAULT NULL;
UPDATE comments
LEFT JOIN course_comment_texts AS texts ON texts.comment_id = comments.comment_id
LEFT JOIN course_comment_times AS times ON times.comment_id = comments.comment_id
SET comments.content = COALESCE(texts.content, comments.content),
    comments.created_at = COALESCE(comments.created_at, times.created_at),
    comments.updated_at = COALESCE(comments.created_at, times.created_at);
ALTER TABLE comments
    MODIFY COLUMN created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    MODIFY COLUMN updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    ADD CONSTRAINT comments_content_check CHECK (CHAR_LENGTH(content) >= 1);
ALTER TABLE comments
    RENAME INDEX comments_photo_id_created_at_idx TO comments_post_id_created_at_idx;
ALTER TABLE comments
    ADD CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE;
