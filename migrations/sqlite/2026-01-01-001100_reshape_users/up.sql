-- A person of the platform has an e-mail address, a password and a name that the rule allows: 3 to
-- 50 letters, digits and underscores, and no other person has it in another case. The course allows
-- any text, so names must change. __instaseed_kept remembers each name that changed and the moment
-- given to people without created_at, or there would be no way back. The new name is the same on
-- every engine: a lawful name stays (of several equal but for case, that of the smallest id); of
-- another one each forbidden character becomes '_', it is cut to 50 or filled to 3, and if that is
-- taken it ends in '_' and the id. The password '!' is no hash: nobody can log in with it. The trigger
-- keeps updated_at as MySQL does: it moves when something else has changed and the statement has not
-- set it.

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
CREATE TABLE __instaseed_username_keys (
    name VARCHAR(50) NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL
) WITHOUT ROWID;
-- Lawful names, one person each: these people keep their names, and nobody else may get one of them.
INSERT INTO __instaseed_username_keys (name, user_id)
SELECT lower(username), min(user_id) FROM users
WHERE username NOT GLOB '*[^A-Za-z0-9_]*' AND length(username) BETWEEN 3 AND 50
GROUP BY lower(username);

CREATE TABLE __instaseed_username_stems (
    user_id INTEGER NOT NULL PRIMARY KEY,
    username VARCHAR(255) NOT NULL,
    stem VARCHAR(50) NOT NULL
);
-- Everybody else, with what the rule leaves of the name.
INSERT INTO __instaseed_username_stems (user_id, username, stem)
WITH RECURSIVE scrub (user_id, username, place, stem) AS (
    SELECT users.user_id, users.username, 0, ''
    FROM users
    LEFT JOIN __instaseed_username_keys AS kept ON kept.name = lower(users.username) AND kept.user_id = users.user_id
    WHERE kept.name IS NULL
    UNION ALL
    SELECT user_id, username, place + 1,
        stem || CASE
            WHEN substr(username, place + 1, 1) GLOB '[A-Za-z0-9_]' THEN substr(username, place + 1, 1)
            ELSE '_'
        END
    FROM scrub
    WHERE place < max(3, min(50, length(username)))
)
SELECT user_id, username, stem FROM scrub WHERE place = max(3, min(50, length(username)));

-- Of the people whose names have become equal, the smallest id takes the name if it is free.
INSERT INTO __instaseed_username_keys (name, user_id)
SELECT lower(stems.stem), min(stems.user_id) FROM __instaseed_username_stems AS stems
WHERE NOT EXISTS (SELECT 1 FROM __instaseed_username_keys AS taken WHERE taken.name = lower(stems.stem))
GROUP BY lower(stems.stem);

-- The others try the name with their id, then with a number and their id, until it is free.
INSERT INTO __instaseed_kept (what, id, given, original)
WITH RECURSIVE tries (user_id, username, stem, tag, attempt, name) AS (
    SELECT user_id, username, stem, replace(user_id, '-', 'n'), 0, stem FROM __instaseed_username_stems
    UNION ALL
    SELECT tries.user_id, tries.username, tries.stem, tries.tag, tries.attempt + 1,
        CASE WHEN tries.attempt = 0
            THEN substr(tries.stem, 1, 49 - length(tries.tag)) || '_' || tries.tag
            ELSE substr(tries.stem, 1, 43 - length(tries.tag)) || '_' || (tries.attempt + 1) || '_' || tries.tag
        END
    FROM tries
    JOIN __instaseed_username_keys AS taken ON taken.name = lower(tries.name) AND taken.user_id <> tries.user_id
)
SELECT 'username', tries.user_id, tries.name, tries.username
FROM tries
LEFT JOIN __instaseed_username_keys AS taken ON taken.name = lower(tries.name) AND taken.user_id <> tries.user_id
WHERE taken.name IS NULL;
DROP TABLE __instaseed_username_stems;
DROP TABLE __instaseed_username_keys;
-- Earlier than anything the person has done, and unmistakably no real moment.
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'user_time', user_id, '1970-01-02 00:00:00' FROM users WHERE created_at IS NULL;

CREATE TABLE __instaseed_new_users (
    user_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (user_id BETWEEN -2147483648 AND 2147483647),
    username VARCHAR(50) COLLATE NOCASE NOT NULL,
    email VARCHAR(100) NOT NULL CHECK (length(email) <= 100),
    password_hash VARCHAR(255) NOT NULL CHECK (length(password_hash) <= 255),
    full_name VARCHAR(100) CHECK (length(full_name) <= 100),
    profile_image_url VARCHAR(255) CHECK (length(profile_image_url) <= 255),
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_username_key UNIQUE (username),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_username_check CHECK (username NOT GLOB '*[^A-Za-z0-9_]*' AND length(username) BETWEEN 3 AND 50),
    CONSTRAINT users_email_check CHECK (email LIKE '%_@_%._%' AND email NOT LIKE '%@%@%' AND email NOT LIKE '% %')
);
INSERT INTO __instaseed_new_users (user_id, username, email, password_hash, full_name, profile_image_url, created_at, updated_at)
SELECT users.user_id, coalesce(names.given, users.username),
    'user' || users.user_id || '@example.com', '!', NULL, NULL,
    coalesce(users.created_at, times.given_at), coalesce(users.created_at, times.given_at)
FROM users
LEFT JOIN __instaseed_kept AS names ON names.what = 'username' AND names.id = users.user_id AND names.second_id = 0
LEFT JOIN __instaseed_kept AS times ON times.what = 'user_time' AND times.id = users.user_id AND times.second_id = 0
ORDER BY users.user_id;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_users';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_users', seq FROM sqlite_sequence WHERE name = 'users';
DROP TABLE users;
ALTER TABLE __instaseed_new_users RENAME TO users;
CREATE TRIGGER users_set_updated_at AFTER UPDATE ON users
FOR EACH ROW WHEN NEW.updated_at IS OLD.updated_at AND (
    NEW.user_id IS NOT OLD.user_id
    OR NEW.username COLLATE BINARY IS NOT OLD.username
    OR NEW.email IS NOT OLD.email
    OR NEW.password_hash IS NOT OLD.password_hash
    OR NEW.full_name IS NOT OLD.full_name
    OR NEW.profile_image_url IS NOT OLD.profile_image_url
    OR NEW.created_at IS NOT OLD.created_at
) BEGIN
    UPDATE users SET updated_at = CURRENT_TIMESTAMP WHERE user_id = NEW.user_id;
END;
PRAGMA legacy_alter_table = OFF;
