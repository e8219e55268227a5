-- You left out dana. She belongs in the list if she has liked all her own photos.
SELECT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
JOIN photos p ON p.id = l.photo_id
JOIN users d ON d.id = p.user_id
WHERE d.username = 'dana'
  AND u.username <> 'dana'
GROUP BY u.id, u.username
HAVING COUNT(*) = (
    SELECT COUNT(*)
    FROM photos p
    JOIN users d ON d.id = p.user_id
    WHERE d.username = 'dana'
);
