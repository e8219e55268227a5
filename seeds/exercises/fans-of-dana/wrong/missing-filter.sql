-- You counted likes on any photo and compared them with the number of photos by dana. Count only likes on her photos.
SELECT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
GROUP BY u.id, u.username
HAVING COUNT(*) >= (
    SELECT COUNT(*)
    FROM photos p
    JOIN users d ON d.id = p.user_id
    WHERE d.username = 'dana'
);
