-- You have everybody from March on. The range also needs an end.
SELECT username, created_at
FROM users
WHERE created_at >= '2023-03-01 00:00:00';
