-- A photo on which only its owner has commented is in your list. A comment by the owner counts too.
SELECT p.id AS photo_id, u.username
FROM photos p
JOIN users u ON u.id = p.user_id
LEFT JOIN comments c ON c.photo_id = p.id
                    AND c.user_id <> p.user_id
WHERE c.id IS NULL;
