SELECT username
FROM users
WHERE username LIKE '%!%%' ESCAPE '!';
