SELECT u.username, p.id AS photo_id, p.created_at
FROM photos p
JOIN users u ON u.id = p.user_id
WHERE u.username IN ('alice', 'dana')
  AND p.created_at >= '2023-07-01 00:00:00'
  AND p.created_at < '2024-01-01 00:00:00';
