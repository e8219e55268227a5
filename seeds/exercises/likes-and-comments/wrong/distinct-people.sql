-- You counted the people who commented. Somebody who comments twice has written two comments.
SELECT p.id AS photo_id, COUNT(DISTINCT l.user_id) AS likes, COUNT(DISTINCT c.user_id) AS comments
FROM photos p
LEFT JOIN likes l ON l.photo_id = p.id
LEFT JOIN comments c ON c.photo_id = p.id
GROUP BY p.id;
