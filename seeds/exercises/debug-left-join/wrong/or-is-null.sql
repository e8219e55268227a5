-- Users who have never commented are back, but somebody whose comments are all from before 2024 is still missing.
SELECT u.username, COUNT(c.id) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
WHERE c.created_at >= '2024-01-01 00:00:00'
   OR c.id IS NULL
GROUP BY u.id, u.username;
