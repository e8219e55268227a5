-- Somebody who signed up at midnight of 1 April is in your list. The end of the range does not belong to it.
SELECT username, created_at
FROM users
WHERE created_at >= '2023-03-01 00:00:00'
  AND created_at <= '2023-04-01 00:00:00';
