-- A post becomes a photo again: the URL of its first medium, or 'about:blank' for a post without
-- any, which the database cannot forbid. A moment that the step up has given goes back to NULL
-- unless somebody has changed it since. What has no column here is declared in metadata.toml.

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
ALTER TABLE posts
    DROP FOREIGN KEY posts_user_id_fkey;
ALTER TABLE posts
    DROP COLUMN updated_at,
    DROP COLUMN content,
    MODIFY COLUMN created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN image_url VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'about:blank' AFTER post_id;
UPDATE posts
JOIN media ON media.post_id = posts.post_id
LEFT JOIN media AS earlier ON earlier.post_id = media.post_id AND earlier.media_order < media.media_order
SET posts.image_url = media.media_url
WHERE earlier.media_id IS NULL;
UPDATE posts
JOIN __instaseed_kept AS times ON times.what = 'post_time' AND times.id = posts.post_id AND times.second_id = 0
    AND times.given_at = posts.created_at
SET posts.created_at = NULL;
DROP TABLE media;
ALTER TABLE posts ALTER COLUMN image_url DROP DEFAULT;
DELETE FROM __instaseed_kept WHERE what = 'post_time';
