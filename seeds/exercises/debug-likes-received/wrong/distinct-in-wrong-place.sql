-- The photos are repeated for each like and need DISTINCT. The likes are not repeated: with DISTINCT you count people.
SELECT
    u.username,
    COUNT(p.id) AS photos,
    COUNT(DISTINCT l.user_id) AS likes
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
LEFT JOIN likes l ON l.photo_id = p.id
GROUP BY u.id, u.username;
