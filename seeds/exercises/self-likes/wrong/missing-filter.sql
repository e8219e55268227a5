-- You have all likes. Keep those in which the person who likes is the owner of the photo.
SELECT u.username, p.id AS photo_id
FROM likes l
JOIN photos p ON p.id = l.photo_id
JOIN users u ON u.id = l.user_id;
