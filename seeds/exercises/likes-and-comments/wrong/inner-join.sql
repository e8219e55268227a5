-- Photos without comments are missing. An inner join drops them.
SELECT p.id AS photo_id, COUNT(DISTINCT l.user_id) AS likes, COUNT(DISTINCT c.id) AS comments
FROM photos p
JOIN likes l ON l.photo_id = p.id
JOIN comments c ON c.photo_id = p.id
GROUP BY p.id;
