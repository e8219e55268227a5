-- Some users are missing: an inner join drops everybody who has no photo.
SELECT u.username, COUNT(*) AS photos
FROM users u
JOIN photos p ON p.user_id = u.id
GROUP BY u.id, u.username;
