-- You counted joined rows: with comments in the join, every like is repeated for each comment on the photo.
SELECT u.username, p.id AS photo_id, COUNT(*) AS likes
FROM photos p
JOIN likes l ON l.photo_id = p.id
JOIN comments c ON c.photo_id = p.id
JOIN users u ON u.id = p.user_id
GROUP BY p.id, u.username
ORDER BY likes DESC
LIMIT 1;
