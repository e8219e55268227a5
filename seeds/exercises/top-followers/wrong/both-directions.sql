-- You counted every row that the user is part of. Following somebody does not give you a follower.
SELECT u.username, COUNT(*) AS followers
FROM users u
JOIN follows f ON f.followee_id = u.id OR f.follower_id = u.id
GROUP BY u.id, u.username
ORDER BY followers DESC
LIMIT 10;
