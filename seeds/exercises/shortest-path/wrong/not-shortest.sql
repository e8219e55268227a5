-- Your way goes around in circles. Of all the ways that reach zoe, take the shortest.
WITH RECURSIVE reached (user_id, steps) AS (
    SELECT id, 0
    FROM users
    WHERE username = 'alice'
    UNION
    SELECT f.followee_id, r.steps + 1
    FROM reached r
    JOIN follows f ON f.follower_id = r.user_id
    WHERE r.steps < 6
)
SELECT MAX(r.steps) AS steps
FROM reached r
JOIN users u ON u.id = r.user_id
WHERE u.username = 'zoe';
