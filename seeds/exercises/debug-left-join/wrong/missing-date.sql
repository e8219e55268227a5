-- You count the comments of all years. Only those since the beginning of 2024 should count.
SELECT u.username, COUNT(c.id) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
GROUP BY u.id, u.username;
