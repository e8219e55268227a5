-- You counted joined rows: each follower is repeated for each account that the user follows.
SELECT u.username, COUNT(a.follower_id) AS followers, COUNT(b.followee_id) AS followees
FROM users u
LEFT JOIN follows a ON a.followee_id = u.id
LEFT JOIN follows b ON b.follower_id = u.id
GROUP BY u.id, u.username
HAVING COUNT(a.follower_id) >= 40
   AND COUNT(b.followee_id) <= 3;
