-- No photo passes. An inner join only keeps photos that have a comment, and COUNT(*) is never 0 for a row that exists.
SELECT p.id AS photo_id, u.username
FROM photos p
JOIN users u ON u.id = p.user_id
JOIN comments c ON c.photo_id = p.id
WHERE c.id IS NULL;
