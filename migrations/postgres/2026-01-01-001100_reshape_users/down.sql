-- Back to the course's three columns. A name or a moment that the step up has given goes back to
-- what it was, unless somebody has changed it since or has taken the old name. What has no column
-- here is declared in metadata.toml.

CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) COLLATE "C",
    given_at TIMESTAMP(0),
    original VARCHAR(255) COLLATE "C",
    PRIMARY KEY (what, id, second_id)
);
DROP TRIGGER users_set_updated_at ON users;
DROP FUNCTION __instaseed_set_updated_at();
DROP INDEX users_username_lower_key;
ALTER TABLE users
    DROP CONSTRAINT users_username_check,
    DROP CONSTRAINT users_email_check;
ALTER TABLE users
    ALTER COLUMN username TYPE VARCHAR(255) COLLATE "C",
    ALTER COLUMN created_at DROP NOT NULL,
    DROP COLUMN email,
    DROP COLUMN password_hash,
    DROP COLUMN full_name,
    DROP COLUMN profile_image_url,
    DROP COLUMN updated_at;
UPDATE users SET username = names.original
FROM __instaseed_kept AS names
LEFT JOIN users AS taken ON taken.username = names.original
WHERE names.what = 'username' AND names.id = users.user_id AND names.given = users.username AND taken.user_id IS NULL;
UPDATE users SET created_at = NULL
FROM __instaseed_kept AS times
WHERE times.what = 'user_time' AND times.id = users.user_id AND times.given_at = users.created_at;
DELETE FROM __instaseed_kept WHERE what IN ('username', 'user_time');
