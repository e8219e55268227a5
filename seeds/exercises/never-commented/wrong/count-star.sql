-- Users who have liked nothing get a 1. COUNT(*) counts the row that the LEFT JOIN keeps for them.
SELECT u.username, COUNT(*) AS likes
FROM users u
LEFT JOIN likes l ON l.user_id = u.id
WHERE NOT EXISTS (
    SELECT 1
    FROM comments c
    WHERE c.user_id = u.id
)
GROUP BY u.id, u.username;
