-- You look at comments that the user's photos received. The question is about comments that the user wrote.
SELECT u.username, COUNT(l.photo_id) AS likes
FROM users u
LEFT JOIN likes l ON l.user_id = u.id
WHERE NOT EXISTS (
    SELECT 1
    FROM comments c
    JOIN photos p ON p.id = c.photo_id
    WHERE p.user_id = u.id
)
GROUP BY u.id, u.username;
