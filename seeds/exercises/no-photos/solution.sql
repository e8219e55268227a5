SELECT u.username
FROM users u
LEFT JOIN photos p ON p.user_id = u.id
WHERE p.id IS NULL;
