-- A person of the platform has an e-mail address, a password and a name that the rule allows: 3 to
-- 50 letters, digits and underscores, and no other person has it in another case. The course allows
-- any text, so names must change. __instaseed_kept remembers each name that changed and the moment
-- given to people without created_at, or there would be no way back. The new name is the same on
-- every engine: a lawful name stays (of several equal but for case, that of the smallest id); of
-- another one each forbidden character becomes '_', it is cut to 50 or filled to 3, and if that is
-- taken it ends in '_' and the id. The password '!' is no hash: nobody can log in with it. The table is
-- altered in place, which keeps its AUTO_INCREMENT and everything of yours in it. The comparison of
-- username ignores case; the others of the table do not.

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
CREATE TABLE __instaseed_username_keys (
    name VARCHAR(50) NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
-- Lawful names, one person each: these people keep their names, and nobody else may get one of them.
INSERT INTO __instaseed_username_keys (name, user_id)
SELECT LOWER(username), MIN(user_id) FROM users
WHERE username NOT REGEXP '[^A-Za-z0-9_]' AND CHAR_LENGTH(username) BETWEEN 3 AND 50
GROUP BY LOWER(username);

CREATE TABLE __instaseed_username_stems (
    user_id INTEGER NOT NULL PRIMARY KEY,
    username VARCHAR(255) NOT NULL,
    stem VARCHAR(50) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
-- Everybody else, with what the rule leaves of the name.
INSERT INTO __instaseed_username_stems (user_id, username, stem)
SELECT users.user_id, users.username,
    RPAD(
        LEFT(REGEXP_REPLACE(users.username, '[^A-Za-z0-9_]', '_'), 50),
        GREATEST(3, LEAST(50, CHAR_LENGTH(users.username))),
        '_'
    )
FROM users
LEFT JOIN __instaseed_username_keys AS kept ON kept.name = LOWER(users.username) AND kept.user_id = users.user_id
WHERE kept.name IS NULL;

-- Of the people whose names have become equal, the smallest id takes the name if it is free.
INSERT INTO __instaseed_username_keys (name, user_id)
SELECT LOWER(stems.stem), MIN(stems.user_id)
FROM __instaseed_username_stems AS stems
LEFT JOIN __instaseed_username_keys AS taken ON taken.name = LOWER(stems.stem)
WHERE taken.name IS NULL
GROUP BY LOWER(stems.stem);

-- The others try the name with their id, then with a number and their id, until it is free.
INSERT INTO __instaseed_kept (what, id, given, original)
WITH RECURSIVE tries (user_id, username, stem, tag, attempt, name) AS (
    SELECT user_id, username, stem, REPLACE(user_id, '-', 'n'), 0, CAST(stem AS CHAR(50) CHARACTER SET utf8mb4)
    FROM __instaseed_username_stems
    UNION ALL
    SELECT tries.user_id, tries.username, tries.stem, tries.tag, tries.attempt + 1,
        CASE WHEN tries.attempt = 0
            THEN CONCAT(LEFT(tries.stem, 49 - CHAR_LENGTH(tries.tag)), '_', tries.tag)
            ELSE CONCAT(LEFT(tries.stem, 43 - CHAR_LENGTH(tries.tag)), '_', tries.attempt + 1, '_', tries.tag)
        END
    FROM tries
    JOIN __instaseed_username_keys AS taken ON taken.name = LOWER(tries.name) AND taken.user_id <> tries.user_id
)
SELECT 'username', tries.user_id, tries.name, tries.username
FROM tries
LEFT JOIN __instaseed_username_keys AS taken ON taken.name = LOWER(tries.name) AND taken.user_id <> tries.user_id
WHERE taken.name IS NULL;
DROP TABLE __instaseed_username_stems;
DROP TABLE __instaseed_username_keys;

-- Earlier than anything the person has done, and unmistakably no real moment.
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'user_time', user_id, '1970-01-02 00:00:00' FROM users WHERE created_at IS NULL;

UPDATE users
JOIN __instaseed_kept AS names ON names.what = 'username' AND names.id = users.user_id AND names.second_id = 0
SET users.username = names.given;
ALTER TABLE users
    MODIFY COLUMN username VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
    ADD COLUMN email VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER username,
    ADD COLUMN password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '!' AFTER email,
    ADD COLUMN full_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER password_hash,
    ADD COLUMN profile_image_url VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER full_name,
    ADD COLUMN updated_at TIMESTAMP NULL DEFAULT NULL AFTER created_at;
UPDATE users
LEFT JOIN __instaseed_kept AS times ON times.what = 'user_time' AND times.id = users.user_id AND times.second_id = 0
SET users.email = CONCAT('user', users.user_id, '@example.com'),
    users.created_at = COALESCE(users.created_at, times.given_at),
    users.updated_at = COALESCE(users.created_at, times.given_at);
ALTER TABLE users
    MODIFY COLUMN email VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    ALTER COLUMN password_hash DROP DEFAULT,
    MODIFY COLUMN created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    MODIFY COLUMN updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    ADD UNIQUE KEY email (email),
    ADD CONSTRAINT users_username_check
        CHECK (username COLLATE utf8mb4_bin NOT REGEXP '[^A-Za-z0-9_]' AND CHAR_LENGTH(username) BETWEEN 3 AND 50),
    ADD CONSTRAINT users_email_check CHECK (email LIKE '%_@_%._%' AND email NOT LIKE '%@%@%' AND email NOT LIKE '% %');
