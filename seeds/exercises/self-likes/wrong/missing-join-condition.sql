-- You paired all likes of a user with all photos of the user. The photo has to be the one that was liked.
SELECT u.username, p.id AS photo_id
FROM users u
JOIN likes l ON l.user_id = u.id
JOIN photos p ON p.user_id = u.id;
