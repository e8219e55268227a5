SELECT u.username, p.id AS photo_id
FROM likes l
JOIN photos p ON p.id = l.photo_id
JOIN users u ON u.id = l.user_id
WHERE p.user_id = l.user_id;
