-- The pair is the key again and the number goes, as metadata.toml declares. A moment that the step
-- up has given goes back to NULL, unless somebody has changed it since.

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
ALTER TABLE likes
    DROP FOREIGN KEY likes_post_id_fkey,
    DROP FOREIGN KEY likes_user_id_fkey;
ALTER TABLE likes
    DROP PRIMARY KEY,
    DROP COLUMN like_id,
    DROP INDEX likes_user_id_post_id_key,
    ADD PRIMARY KEY (user_id, post_id),
    MODIFY COLUMN post_id INTEGER NOT NULL AFTER user_id,
    MODIFY COLUMN created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE likes
JOIN __instaseed_kept AS times ON times.what = 'like_time' AND times.id = likes.user_id
    AND times.second_id = likes.post_id AND times.given_at = likes.created_at
SET likes.created_at = NULL;
DELETE FROM __instaseed_kept WHERE what = 'like_time';
