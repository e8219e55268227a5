-- You find the percent sign at the end of a name only. It can be anywhere.
SELECT username
FROM users
WHERE username LIKE '%!%' ESCAPE '!';
