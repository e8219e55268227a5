-- Back to the course's three columns. A name or a moment that the step up has given goes back to
-- what it was, unless somebody has changed it since or has taken the old name. What has no column
-- here is declared in metadata.toml.

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
ALTER TABLE users
    DROP CONSTRAINT users_username_check,
    DROP CONSTRAINT users_email_check;
ALTER TABLE users
    MODIFY COLUMN username VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    MODIFY COLUMN created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    DROP COLUMN email,
    DROP COLUMN password_hash,
    DROP COLUMN full_name,
    DROP COLUMN profile_image_url,
    DROP COLUMN updated_at;
UPDATE users
JOIN __instaseed_kept AS names ON names.what = 'username' AND names.id = users.user_id AND names.second_id = 0
    AND names.given = users.username
LEFT JOIN users AS taken ON taken.username = names.original
SET users.username = names.original
WHERE taken.user_id IS NULL;
UPDATE users
JOIN __instaseed_kept AS times ON times.what = 'user_time' AND times.id = users.user_id AND times.second_id = 0
    AND times.given_at = users.created_at
SET users.created_at = NULL;
DELETE FROM __instaseed_kept WHERE what IN ('username', 'user_time');
