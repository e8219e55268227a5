SELECT u.username
FROM users u
WHERE EXISTS (SELECT 1 FROM likes l WHERE l.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id);
