-- You are one off. How many steps does it take to get from alice to alice?
WITH RECURSIVE reached (user_id, steps) AS (
    SELECT id, 1
    FROM users
    WHERE username = 'alice'
    UNION
    SELECT f.followee_id, r.steps + 1
    FROM reached r
    JOIN follows f ON f.follower_id = r.user_id
    WHERE r.steps < 7
)
SELECT MIN(r.steps) AS steps
FROM reached r
JOIN users u ON u.id = r.user_id
WHERE u.username = 'zoe';
