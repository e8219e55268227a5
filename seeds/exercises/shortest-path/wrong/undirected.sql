-- You walked along follows in both directions. A follow leads from the follower to the followee only.
WITH RECURSIVE links (from_id, to_id) AS (
    SELECT follower_id, followee_id FROM follows
    UNION
    SELECT followee_id, follower_id FROM follows
),
reached (user_id, steps) AS (
    SELECT id, 0
    FROM users
    WHERE username = 'alice'
    UNION
    SELECT l.to_id, r.steps + 1
    FROM reached r
    JOIN links l ON l.from_id = r.user_id
    WHERE r.steps < 6
)
SELECT MIN(r.steps) AS steps
FROM reached r
JOIN users u ON u.id = r.user_id
WHERE u.username = 'zoe';
