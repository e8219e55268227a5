-- You sorted by id. An id says which row it is, not when the account was created.
SELECT username, created_at
FROM users
ORDER BY id
LIMIT 5;
