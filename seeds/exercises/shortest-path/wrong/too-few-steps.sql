-- Your recursion stops too early. The way can have six steps, and the sixth is still allowed.
WITH RECURSIVE reached (user_id, steps) AS (
    SELECT id, 0
    FROM users
    WHERE username = 'alice'
    UNION
    SELECT f.followee_id, r.steps + 1
    FROM reached r
    JOIN follows f ON f.follower_id = r.user_id
    WHERE r.steps < 5
)
SELECT MIN(r.steps) AS steps
FROM reached r
JOIN users u ON u.id = r.user_id
WHERE u.username = 'zoe';
