-- You looked for equal texts. Some people say the same thing for months; what counts is how quickly the comments come.
SELECT DISTINCT u.username
FROM users u
JOIN comments c ON c.user_id = u.id
GROUP BY u.id, u.username, c.comment_text
HAVING COUNT(*) >= 15;
