-- You have one group for each photo, so the same user appears again and again. Make one group for each user.
SELECT u.username, COUNT(p.id) AS photos
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
GROUP BY u.id, u.username, p.id;
