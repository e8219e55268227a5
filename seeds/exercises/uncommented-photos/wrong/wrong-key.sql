-- You check whether the owner has ever written a comment. The question is whether the photo has received one.
SELECT p.id AS photo_id, u.username
FROM photos p
JOIN users u ON u.id = p.user_id
LEFT JOIN comments c ON c.user_id = u.id
WHERE c.id IS NULL;
