-- Back to the course's three columns. A name or a moment that the step up has given goes back to
-- what it was, unless somebody has changed it since or has taken the old name. What has no column
-- here is declared in metadata.toml.

PRAGMA legacy_alter_table = ON;
CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500),
    given_at DATETIME,
    original VARCHAR(255),
    PRIMARY KEY (what, id, second_id)
) WITHOUT ROWID;
CREATE TABLE __instaseed_new_users (
    user_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (user_id BETWEEN -2147483648 AND 2147483647),
    username VARCHAR(255) NOT NULL CHECK (length(username) <= 255),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_username_key UNIQUE (username)
);
INSERT INTO __instaseed_new_users (user_id, username, created_at)
SELECT users.user_id,
    CASE WHEN names.id IS NOT NULL AND taken.user_id IS NULL THEN names.original ELSE users.username END,
    CASE WHEN times.id IS NULL THEN users.created_at END
FROM users
LEFT JOIN __instaseed_kept AS names ON names.what = 'username' AND names.id = users.user_id AND names.second_id = 0
    AND names.given = users.username COLLATE BINARY
LEFT JOIN users AS taken ON taken.username = names.original
    AND taken.username = names.original COLLATE BINARY
LEFT JOIN __instaseed_kept AS times ON times.what = 'user_time' AND times.id = users.user_id AND times.second_id = 0
    AND times.given_at = users.created_at
ORDER BY users.user_id;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_users';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_users', seq FROM sqlite_sequence WHERE name = 'users';
DROP TABLE users;
ALTER TABLE __instaseed_new_users RENAME TO users;
DELETE FROM __instaseed_kept WHERE what IN ('username', 'user_time');
PRAGMA legacy_alter_table = OFF;
