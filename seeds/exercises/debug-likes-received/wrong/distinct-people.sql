-- The photos are right now. The likes are not: you count the people who liked something of the user, not their likes.
SELECT
    u.username,
    COUNT(DISTINCT p.id) AS photos,
    COUNT(DISTINCT l.user_id) AS likes
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
LEFT JOIN likes l ON l.photo_id = p.id
GROUP BY u.id, u.username;
