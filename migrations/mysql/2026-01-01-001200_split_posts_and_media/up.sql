-- A post of the platform has a text and 1 to 10 media; a photo of the course is one image. Each
-- photo becomes a post of the same id without text and one medium of the same id: a VIDEO if its
-- URL ends in .mp4, .mov or .webm, else an IMAGE. A photo without created_at gets its owner's, and
-- __instaseed_kept remembers it. The table is altered in place, which keeps its AUTO_INCREMENT and
-- everything of yours in it. A photo may have the id 0, which MySQL would replace without the setting.

SET SESSION sql_safe_updates = 0, SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'NO_AUTO_VALUE_ON_ZERO');
CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) NULL,
    given_at TIMESTAMP NULL DEFAULT NULL,
    original VARCHAR(255) NULL,
    PRIMARY KEY (what, id, second_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'post_time', posts.post_id, users.created_at FROM posts JOIN users ON users.user_id = posts.user_id
WHERE posts.created_at IS NULL;
ALTER TABLE posts
    ADD COLUMN content TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER user_id,
    ADD COLUMN updated_at TIMESTAMP NULL DEFAULT NULL AFTER created_at;
UPDATE posts
LEFT JOIN __instaseed_kept AS times ON times.what = 'post_time' AND times.id = posts.post_id AND times.second_id = 0
SET posts.created_at = COALESCE(posts.created_at, times.given_at),
    posts.updated_at = COALESCE(posts.created_at, times.given_at);
CREATE TABLE media (
    media_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    post_id INTEGER NOT NULL,
    media_url VARCHAR(255) NOT NULL,
    media_type ENUM('IMAGE', 'VIDEO') NOT NULL,
    media_order TINYINT NOT NULL DEFAULT 1,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE KEY media_post_id_media_order_key (post_id, media_order),
    CONSTRAINT media_media_order_check CHECK (media_order BETWEEN 1 AND 10),
    CONSTRAINT media_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO media (media_id, post_id, media_url, media_type, media_order, created_at)
SELECT post_id, post_id, image_url,
    CASE
        WHEN LOWER(image_url) LIKE '%.mp4'
            OR LOWER(image_url) LIKE '%.mov'
            OR LOWER(image_url) LIKE '%.webm' THEN 'VIDEO'
        ELSE 'IMAGE'
    END,
    1, created_at
FROM posts
ORDER BY post_id;
ALTER TABLE posts
    DROP COLUMN image_url,
    MODIFY COLUMN created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    MODIFY COLUMN updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP;
ALTER TABLE posts
    ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE;
