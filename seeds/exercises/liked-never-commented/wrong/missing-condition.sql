-- Some of your users have never liked anything either. They have to have liked at least one photo.
SELECT u.username
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id);
