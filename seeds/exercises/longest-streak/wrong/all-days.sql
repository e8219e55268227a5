-- You counted all days on which the user posted. A streak ends at the first day without a photo.
SELECT u.username, COUNT(DISTINCT DATE(p.created_at)) AS days
FROM photos p
JOIN users u ON u.id = p.user_id
GROUP BY u.id, u.username
ORDER BY days DESC
LIMIT 1;
