-- Every username matches your pattern, because % stands for any text.
SELECT username
FROM users
WHERE username LIKE '%%%';
