-- You lose a day: a date without a time means midnight, so your range ends when the last day begins.
SELECT u.username, p.id AS photo_id, p.created_at
FROM photos p
JOIN users u ON u.id = p.user_id
WHERE u.username IN ('alice', 'dana')
  AND p.created_at BETWEEN '2023-07-01 00:00:00' AND '2023-12-31 00:00:00';
