-- You count different addresses. Two photos can have the same image_url and are still two photos.
SELECT u.username, COUNT(DISTINCT p.image_url) AS photos
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
GROUP BY u.id, u.username;
