-- Nobody passes, because the number of likes is compared with something other than the number of photos.
SELECT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
GROUP BY u.id, u.username
HAVING COUNT(*) = (SELECT COUNT(*) FROM likes);
