-- You lose a day: a date without a time means midnight, so your range ends when the last day begins.
SELECT username, created_at
FROM users
WHERE created_at BETWEEN '2023-03-01 00:00:00' AND '2023-03-31 00:00:00';
