-- Somebody who signed up at midnight of 1 March is missing. The first second of the month belongs to it.
SELECT username, created_at
FROM users
WHERE created_at > '2023-03-01 00:00:00'
  AND created_at < '2023-04-01 00:00:00';
