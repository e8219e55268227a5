-- Users without such a comment are missing. Your WHERE clause drops them after the LEFT JOIN has kept them.
SELECT u.username, COUNT(c.id) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
WHERE c.created_at >= '2024-01-01 00:00:00'
GROUP BY u.id, u.username;
