-- You counted all followers of the account. Count only those whom alice follows.
SELECT u.username, COUNT(*) AS shared
FROM users u
JOIN follows g ON g.followee_id = u.id
JOIN users a ON a.username = 'alice'
WHERE u.id <> a.id
  AND NOT EXISTS (
        SELECT 1
        FROM follows h
        WHERE h.follower_id = a.id
          AND h.followee_id = u.id
    )
GROUP BY u.id, u.username
ORDER BY shared DESC
LIMIT 1;
