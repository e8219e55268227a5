-- You added up the likes of all photos of a user. The contest is about one photo.
SELECT u.username, MIN(p.id) AS photo_id, COUNT(*) AS likes
FROM photos p
JOIN likes l ON l.photo_id = p.id
JOIN users u ON u.id = p.user_id
GROUP BY u.username
ORDER BY likes DESC
LIMIT 1;
