-- Some of your users have missed a photo. Nearly all is not all.
SELECT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
GROUP BY u.id, u.username
HAVING COUNT(*) >= 0.99 * (SELECT COUNT(*) FROM photos);
