-- These are the users with the fewest followers. Look at the direction of your sort.
SELECT u.username, COUNT(*) AS followers
FROM users u
JOIN follows f ON f.followee_id = u.id
GROUP BY u.id, u.username
ORDER BY followers
LIMIT 10;
