-- You found users who have liked some photo. You need those who have liked each one.
SELECT DISTINCT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
WHERE l.photo_id IN (SELECT id FROM photos);
