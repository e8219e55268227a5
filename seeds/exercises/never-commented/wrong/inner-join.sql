-- Users who have liked nothing are missing. An inner join drops them before they can be counted as zero.
SELECT u.username, COUNT(*) AS likes
FROM users u
JOIN likes l ON l.user_id = u.id
WHERE NOT EXISTS (
    SELECT 1
    FROM comments c
    WHERE c.user_id = u.id
)
GROUP BY u.id, u.username;
