-- The order is right, but the list goes on after the rows that were asked for.
SELECT username, created_at
FROM users
ORDER BY created_at;
