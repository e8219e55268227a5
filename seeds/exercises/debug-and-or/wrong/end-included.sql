-- BETWEEN includes both ends, so a photo of midnight, 1 January, is in your answer.
SELECT u.username, p.id AS photo_id, p.created_at
FROM photos p
JOIN users u ON u.id = p.user_id
WHERE u.username IN ('alice', 'dana')
  AND p.created_at BETWEEN '2023-07-01 00:00:00' AND '2024-01-01 00:00:00';
