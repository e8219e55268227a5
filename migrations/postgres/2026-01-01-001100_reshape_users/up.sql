-- A person of the platform has an e-mail address, a password and a name that the rule allows: 3 to
-- 50 letters, digits and underscores, and no other person has it in another case. The course allows
-- any text, so names must change. __instaseed_kept remembers each name that changed and the moment
-- given to people without created_at, or there would be no way back. The new name is the same on
-- every engine: a lawful name stays (of several equal but for case, that of the smallest id); of
-- another one each forbidden character becomes '_', it is cut to 50 or filled to 3, and if that is
-- taken it ends in '_' and the id. The password '!' is no hash: nobody can log in with it. The table is
-- altered in place, so that everything of yours in it stays: the few rows that change are updated, then
-- one rewrite of the table gives every row its new columns. The index on lower(username) makes names
-- unique in any case; the trigger keeps updated_at as MySQL does: it moves when something else has
-- changed and the statement has not set it.

CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) COLLATE "C",
    given_at TIMESTAMP(0),
    original VARCHAR(255) COLLATE "C",
    PRIMARY KEY (what, id, second_id)
);
CREATE TABLE __instaseed_username_keys (
    name VARCHAR(50) COLLATE "C" PRIMARY KEY,
    user_id INTEGER NOT NULL
);
-- Lawful names, one person each: these people keep their names, and nobody else may get one of them.
INSERT INTO __instaseed_username_keys (name, user_id)
SELECT lower(username), min(user_id) FROM users
WHERE username !~ '[^A-Za-z0-9_]' AND length(username) BETWEEN 3 AND 50
GROUP BY lower(username);

CREATE TABLE __instaseed_username_stems (
    user_id INTEGER PRIMARY KEY,
    username VARCHAR(255) COLLATE "C" NOT NULL,
    stem VARCHAR(50) COLLATE "C" NOT NULL
);
-- Everybody else, with what the rule leaves of the name.
INSERT INTO __instaseed_username_stems (user_id, username, stem)
SELECT users.user_id, users.username,
    rpad(
        left(regexp_replace(users.username, '[^A-Za-z0-9_]', '_', 'g'), 50),
        greatest(3, least(50, length(users.username))),
        '_'
    )
FROM users
LEFT JOIN __instaseed_username_keys AS kept ON kept.name = lower(users.username) AND kept.user_id = users.user_id
WHERE kept.name IS NULL;

-- Of the people whose names have become equal, the smallest id takes the name if it is free.
INSERT INTO __instaseed_username_keys (name, user_id)
SELECT lower(stem), min(user_id) FROM __instaseed_username_stems
WHERE NOT EXISTS (SELECT 1 FROM __instaseed_username_keys AS taken WHERE taken.name = lower(__instaseed_username_stems.stem))
GROUP BY lower(stem);

-- The others try the name with their id, then with a number and their id, until it is free.
INSERT INTO __instaseed_kept (what, id, given, original)
WITH RECURSIVE tries (user_id, username, stem, tag, attempt, name) AS (
    SELECT user_id, username, stem, replace(CAST(user_id AS TEXT), '-', 'n'), 0, CAST(stem AS TEXT)
    FROM __instaseed_username_stems
    UNION ALL
    SELECT tries.user_id, tries.username, tries.stem, tries.tag, tries.attempt + 1,
        CASE WHEN tries.attempt = 0
            THEN substr(tries.stem, 1, 49 - length(tries.tag)) || '_' || tries.tag
            ELSE substr(tries.stem, 1, 43 - length(tries.tag)) || '_' || CAST(tries.attempt + 1 AS TEXT) || '_' || tries.tag
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

UPDATE users SET username = names.given
FROM __instaseed_kept AS names
WHERE names.what = 'username' AND names.id = users.user_id;
UPDATE users SET created_at = times.given_at
FROM __instaseed_kept AS times
WHERE times.what = 'user_time' AND times.id = users.user_id;
ALTER TABLE users
    ADD COLUMN email VARCHAR(100) COLLATE "C",
    ADD COLUMN password_hash VARCHAR(255) COLLATE "C" NOT NULL DEFAULT '!',
    ADD COLUMN full_name VARCHAR(100) COLLATE "C",
    ADD COLUMN profile_image_url VARCHAR(255) COLLATE "C",
    ADD COLUMN updated_at TIMESTAMP(0);
ALTER TABLE users
    ALTER COLUMN username TYPE VARCHAR(50) COLLATE "C",
    ALTER COLUMN email TYPE VARCHAR(100) COLLATE "C" USING 'user' || user_id || '@example.com',
    ALTER COLUMN email SET NOT NULL,
    ALTER COLUMN password_hash DROP DEFAULT,
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN updated_at TYPE TIMESTAMP(0) USING created_at,
    ALTER COLUMN updated_at SET NOT NULL,
    ALTER COLUMN updated_at SET DEFAULT date_trunc('second', CURRENT_TIMESTAMP AT TIME ZONE 'UTC'),
    ADD CONSTRAINT users_email_key UNIQUE (email),
    ADD CONSTRAINT users_username_check CHECK (username !~ '[^A-Za-z0-9_]' AND length(username) BETWEEN 3 AND 50),
    ADD CONSTRAINT users_email_check CHECK (email LIKE '%_@_%._%' AND email NOT LIKE '%@%@%' AND email NOT LIKE '% %');
CREATE UNIQUE INDEX users_username_lower_key ON users (lower(username));

CREATE FUNCTION __instaseed_set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := date_trunc('second', CURRENT_TIMESTAMP AT TIME ZONE 'UTC');
    RETURN NEW;
END;
$$;
CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users
FOR EACH ROW WHEN (NEW.updated_at = OLD.updated_at AND NEW.* IS DISTINCT FROM OLD.*)
EXECUTE FUNCTION __instaseed_set_updated_at();
