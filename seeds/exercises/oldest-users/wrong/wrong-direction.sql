-- These are the newest accounts. Look at the direction of your sort.
SELECT username, created_at
FROM users
ORDER BY created_at DESC
LIMIT 5;
