-- The users are right, but each of them is repeated for every like. Each user should appear once.
SELECT u.username
FROM users u
JOIN likes l ON l.user_id = u.id
WHERE NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id);
