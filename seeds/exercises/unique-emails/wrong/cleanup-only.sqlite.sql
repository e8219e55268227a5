-- The duplicates of today are gone, but nothing stops the next one. The old unique key still takes Ann and ann for two.
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
-- down
UPDATE users
SET email = (SELECT old_email FROM email_changes WHERE email_changes.user_id = users.user_id)
WHERE user_id IN (SELECT user_id FROM email_changes);
DROP TABLE email_changes;
