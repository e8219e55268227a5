-- You counted all comments of a user. They have to come within 60 seconds of each other.
SELECT u.username
FROM users u
JOIN comments c ON c.user_id = u.id
GROUP BY u.id, u.username
HAVING COUNT(*) >= 15;
