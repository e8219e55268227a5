-- Your second step goes the wrong way: you found people who follow the same accounts as alice.
SELECT u.username, COUNT(*) AS shared
FROM users a
JOIN follows f ON f.follower_id = a.id
JOIN follows g ON g.followee_id = f.followee_id
JOIN users u ON u.id = g.follower_id
WHERE a.username = 'alice'
  AND u.id <> a.id
  AND NOT EXISTS (
        SELECT 1
        FROM follows h
        WHERE h.follower_id = a.id
          AND h.followee_id = u.id
    )
GROUP BY u.id, u.username
ORDER BY shared DESC
LIMIT 1;
