SELECT u.username, COUNT(p.id) AS photos
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
GROUP BY u.id, u.username;
