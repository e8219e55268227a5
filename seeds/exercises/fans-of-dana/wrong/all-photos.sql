-- You asked for users who have liked every photo there is. Only the photos by dana matter.
SELECT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
GROUP BY u.id, u.username
HAVING COUNT(*) = (SELECT COUNT(*) FROM photos);
