SELECT p.id AS photo_id, u.username
FROM photos p
JOIN users u ON u.id = p.user_id
LEFT JOIN comments c ON c.photo_id = p.id
WHERE c.id IS NULL;
