-- Your join pairs each user with photos of other people. That does not show that the user has none.
SELECT DISTINCT u.username
FROM users u
JOIN photos p ON p.user_id <> u.id;
