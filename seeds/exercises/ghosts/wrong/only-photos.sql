-- These users have posted nothing, but some of them like or comment. Check the other tables too.
SELECT u.username
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM photos p WHERE p.user_id = u.id);
