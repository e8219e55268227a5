-- You found the users who have never liked a photo. The question is about posting.
SELECT u.username
FROM users u
LEFT JOIN likes l ON l.user_id = u.id
WHERE l.user_id IS NULL;
