-- You did not leave out alice herself. She can be followed by many of the accounts that she follows.
SELECT u.username, COUNT(*) AS shared
FROM users a
JOIN follows f ON f.follower_id = a.id
JOIN follows g ON g.follower_id = f.followee_id
JOIN users u ON u.id = g.followee_id
WHERE a.username = 'alice'
  AND NOT EXISTS (
        SELECT 1
        FROM follows h
        WHERE h.follower_id = a.id
          AND h.followee_id = u.id
    )
GROUP BY u.id, u.username
ORDER BY shared DESC
LIMIT 1;
