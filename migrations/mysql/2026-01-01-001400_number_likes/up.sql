-- A like of the platform has an id of its own and always a moment. The numbers follow (user_id,
-- post_id), so that they are the same on every engine and in every run: InnoDB stores the rows in the
-- order of the primary key, and numbers a new AUTO_INCREMENT column in that order. A like without
-- created_at gets the later of its post's and its person's, and __instaseed_kept remembers it.

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
INSERT INTO __instaseed_kept (what, id, second_id, given_at)
SELECT 'like_time', likes.user_id, likes.post_id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM likes
JOIN posts ON posts.post_id = likes.post_id
JOIN users ON users.user_id = likes.user_id
WHERE likes.created_at IS NULL;
UPDATE likes
JOIN __instaseed_kept AS times ON times.what = 'like_time' AND times.id = likes.user_id
    AND times.second_id = likes.post_id
SET likes.created_at = times.given_at;
ALTER TABLE likes
    DROP PRIMARY KEY,
    ADD COLUMN like_id INTEGER NOT NULL AUTO_INCREMENT FIRST,
    ADD PRIMARY KEY (like_id),
    ADD UNIQUE KEY likes_user_id_post_id_key (user_id, post_id),
    MODIFY COLUMN post_id INTEGER NOT NULL AFTER like_id,
    MODIFY COLUMN created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE likes
    ADD CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE;
