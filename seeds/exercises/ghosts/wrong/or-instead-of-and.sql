-- With OR it is enough to have missed out one kind of activity. A ghost has missed out all of them.
SELECT u.username
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM photos p WHERE p.user_id = u.id)
   OR NOT EXISTS (SELECT 1 FROM likes l WHERE l.user_id = u.id)
   OR NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id)
   OR NOT EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = u.id);
