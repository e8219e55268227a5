-- You counted how many accounts each user follows. You need how many follow the user.
SELECT u.username, COUNT(*) AS followers
FROM users u
JOIN follows f ON f.follower_id = u.id
GROUP BY u.id, u.username
ORDER BY followers DESC
LIMIT 10;
