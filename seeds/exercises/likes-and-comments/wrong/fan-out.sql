-- You counted joined rows: every like is repeated for each comment on the same photo, and the other way round.
SELECT p.id AS photo_id, COUNT(l.user_id) AS likes, COUNT(c.id) AS comments
FROM photos p
LEFT JOIN likes l ON l.photo_id = p.id
LEFT JOIN comments c ON c.photo_id = p.id
GROUP BY p.id;
