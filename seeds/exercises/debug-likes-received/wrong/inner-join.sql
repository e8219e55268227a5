-- The numbers are right, but users without a photo are missing.
SELECT
    u.username,
    COUNT(DISTINCT p.id) AS photos,
    COUNT(l.photo_id) AS likes
FROM users u
JOIN photos p ON p.user_id = u.id
LEFT JOIN likes l ON l.photo_id = p.id
GROUP BY u.id, u.username;
