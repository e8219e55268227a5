-- You also change addresses that clash with nobody. A migration should touch only the rows that it has to.
CREATE TABLE email_changes (
    user_id INTEGER NOT NULL PRIMARY KEY,
    old_email VARCHAR(100) NOT NULL
);
INSERT INTO email_changes (user_id, old_email)
SELECT user_id, email
FROM (
    SELECT user_id, email,
        ROW_NUMBER() OVER (PARTITION BY LOWER(email) ORDER BY created_at, user_id) AS place
    FROM users
) AS numbered
WHERE place > 1;
UPDATE users
SET email = 'dup' || user_id || '@example.com'
WHERE user_id IN (SELECT user_id FROM email_changes);
UPDATE users SET email = LOWER(email) WHERE email <> LOWER(email);
CREATE UNIQUE INDEX users_email_lower_key ON users (LOWER(email));
-- down
DROP INDEX users_email_lower_key;
UPDATE users
SET email = (SELECT old_email FROM email_changes WHERE email_changes.user_id = users.user_id)
WHERE user_id IN (SELECT user_id FROM email_changes);
DROP TABLE email_changes;
