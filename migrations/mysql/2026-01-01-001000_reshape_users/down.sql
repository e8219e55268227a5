-- Back to the course's three columns. A name or a moment that the step up has given goes back to
-- what it was, unless somebody has changed it since or has taken the old name. What has no column
-- here is declared in metadata.toml.

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
ALTER TABLE users RENAME COLUMN user_id TO id;
UPDATE users
JOIN course_usernames AS names ON names.user_id = users.id AND names.platform_username = users.username
LEFT JOIN users AS taken ON taken.username = names.course_username
SET users.username = names.course_username
WHERE taken.id IS NULL;
UPDATE users
JOIN course_user_times AS times ON times.user_id = users.id AND times.created_at = users.created_at
SET users.created_at = NULL;
DROP TABLE course_usernames;
DROP TABLE course_user_times;
