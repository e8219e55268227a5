-- Somebody with exactly 40 followers is missing. At least 40 includes 40.
SELECT username, followers, followees
FROM (
    SELECT
        u.username,
        (SELECT COUNT(*) FROM follows f WHERE f.followee_id = u.id) AS followers,
        (SELECT COUNT(*) FROM follows f WHERE f.follower_id = u.id) AS followees
    FROM users u
) AS counts
WHERE followers > 40
  AND followees <= 3;
