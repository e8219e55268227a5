SELECT u.username, COUNT(l.photo_id) AS likes
FROM users u
LEFT JOIN likes l ON l.user_id = u.id
WHERE NOT EXISTS (
    SELECT 1
    FROM comments c
    WHERE c.user_id = u.id
)
GROUP BY u.id, u.username;
