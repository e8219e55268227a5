-- You changed the order of the names, and now the other person comes with photos from all times.
SELECT u.username, p.id AS photo_id, p.created_at
FROM photos p
JOIN users u ON u.id = p.user_id
WHERE u.username = 'alice'
   OR u.username = 'dana'
  AND p.created_at >= '2023-07-01 00:00:00'
  AND p.created_at < '2024-01-01 00:00:00';
