-- A comment of the platform has 1 to 500 characters and a moment; the course allows none of either.
-- An empty one becomes '(empty comment)', one without created_at gets the later of its post's and its
-- writer's, so that nobody comments before both exist. __instaseed_kept remembers both. The table is
-- altered in place, which keeps its AUTO_INCREMENT and everything of yours in it.

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
INSERT INTO __instaseed_kept (what, id, given)
SELECT 'comment_text', comment_id, '(empty comment)' FROM comments WHERE CHAR_LENGTH(content) = 0;
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'comment_time', comments.comment_id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM comments
JOIN posts ON posts.post_id = comments.post_id
JOIN users ON users.user_id = comments.user_id
WHERE comments.created_at IS NULL;

ALTER TABLE comments
    MODIFY COLUMN content VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL AFTER user_id,
    ADD COLUMN updated_at TIMESTAMP NULL DEFAULT NULL AFTER created_at;
UPDATE comments
LEFT JOIN __instaseed_kept AS texts ON texts.what = 'comment_text' AND texts.id = comments.comment_id
    AND texts.second_id = 0
LEFT JOIN __instaseed_kept AS times ON times.what = 'comment_time' AND times.id = comments.comment_id
    AND times.second_id = 0
SET comments.content = COALESCE(texts.given, comments.content),
    comments.created_at = COALESCE(comments.created_at, times.given_at),
    comments.updated_at = COALESCE(comments.created_at, times.given_at);
ALTER TABLE comments
    MODIFY COLUMN created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    MODIFY COLUMN updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    ADD CONSTRAINT comments_content_check CHECK (CHAR_LENGTH(content) >= 1);
ALTER TABLE comments
    ADD CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE;
