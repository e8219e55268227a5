SELECT u.username, COUNT(c.id) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
WHERE c.created_at >= '2024-01-01 00:00:00'
GROUP BY u.id, u.username;
