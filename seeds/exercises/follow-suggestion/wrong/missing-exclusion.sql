-- alice follows this account already. Leave out the accounts she follows.
SELECT u.username, COUNT(*) AS shared
FROM users a
JOIN follows f ON f.follower_id = a.id
JOIN follows g ON g.follower_id = f.followee_id
JOIN users u ON u.id = g.followee_id
WHERE a.username = 'alice'
  AND u.id <> a.id
GROUP BY u.id, u.username
ORDER BY shared DESC
LIMIT 1;
