-- You joined the people who gave the likes. The winner is the person who posted the photo.
SELECT u.username, p.id AS photo_id, COUNT(*) AS likes
FROM photos p
JOIN likes l ON l.photo_id = p.id
JOIN users u ON u.id = l.user_id
GROUP BY p.id, u.username
ORDER BY likes DESC
LIMIT 1;
