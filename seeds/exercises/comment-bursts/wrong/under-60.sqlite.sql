-- Fifteen comments within exactly 60 seconds are a burst: at most 60 includes 60.
WITH spaced AS (
    SELECT
        user_id,
        created_at,
        LAG(created_at, 14) OVER (PARTITION BY user_id ORDER BY created_at, id) AS first_of_15
    FROM comments
)
SELECT DISTINCT u.username
FROM spaced s
JOIN users u ON u.id = s.user_id
WHERE s.created_at < DATETIME(s.first_of_15, '+60 seconds');
