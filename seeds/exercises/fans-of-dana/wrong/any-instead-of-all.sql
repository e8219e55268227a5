-- These users have liked at least one photo by dana. You want those who have liked each of them.
SELECT DISTINCT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
JOIN photos p ON p.id = l.photo_id
JOIN users d ON d.id = p.user_id
WHERE d.username = 'dana';
