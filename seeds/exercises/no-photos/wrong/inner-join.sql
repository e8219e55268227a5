-- Nobody passes. An inner join only keeps users who have a photo, so there is nobody left for IS NULL to find. And a comparison with = NULL is never true.
SELECT u.username
FROM users u
JOIN photos p ON p.user_id = u.id
WHERE p.id IS NULL;
