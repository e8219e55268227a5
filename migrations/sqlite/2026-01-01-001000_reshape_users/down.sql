-- Back to the course's three columns. A name or a moment that the step up has given goes back to
-- what it was, unless somebody has changed it since or has taken the old name. What has no column
-- here is declared in metadata.toml.

ALTER TABLE users RENAME TO users_old;
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    username VARCHAR(255) NOT NULL UNIQUE CHECK (length(username) <= 255),
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO users (id, username, created_at)
SELECT users_old.user_id,
    CASE WHEN names.user_id IS NOT NULL AND taken.user_id IS NULL THEN names.course_username ELSE users_old.username END,
    CASE WHEN times.user_id IS NULL THEN users_old.created_at END
FROM users_old
LEFT JOIN course_usernames AS names ON names.user_id = users_old.user_id
    AND names.platform_username = users_old.username COLLATE BINARY
LEFT JOIN users_old AS taken ON taken.username = names.course_username
    AND taken.username = names.course_username COLLATE BINARY
LEFT JOIN course_user_times AS times ON times.user_id = users_old.user_id AND times.created_at = users_old.created_at
ORDER BY users_old.user_id;
DELETE FROM sqlite_sequence WHERE name = 'users';
INSERT INTO sqlite_sequence (name, seq) SELECT 'users', seq FROM sqlite_sequence WHERE name = 'users_old';
DROP TABLE users_old;
DROP TABLE course_usernames;
DROP TABLE course_user_times;
