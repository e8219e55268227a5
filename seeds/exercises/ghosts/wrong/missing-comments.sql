-- Some of your users write comments. A comment is an activity too.
SELECT u.username
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM photos p WHERE p.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM likes l WHERE l.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = u.id);
