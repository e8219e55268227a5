-- Users without a photo get a 1. COUNT(*) counts the row that the LEFT JOIN keeps for them.
SELECT u.username, COUNT(*) AS photos
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
GROUP BY u.id, u.username;
