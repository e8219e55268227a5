-- You look at whether the user is followed. That is done by others; look at whom the user follows.
SELECT u.username
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM photos p WHERE p.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM likes l WHERE l.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.followee_id = u.id);
