-- You compared the id of a user with the id of a photo. Equal numbers from different tables mean nothing.
SELECT u.username, p.id AS photo_id
FROM likes l
JOIN photos p ON p.id = l.photo_id
JOIN users u ON u.id = l.user_id
WHERE l.user_id = l.photo_id;
