-- Your pattern has an extra character before the percent sign, but nothing says that it is an escape character.
SELECT username
FROM users
WHERE username LIKE '%!%%';
