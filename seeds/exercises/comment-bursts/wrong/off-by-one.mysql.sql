-- You look back 15 comments, so you find bursts of 16. The first of 15 comments is 14 places before the last.
WITH spaced AS (
    SELECT
        user_id,
        created_at,
        LAG(created_at, 15) OVER (PARTITION BY user_id ORDER BY created_at, id) AS first_of_15
    FROM comments
)
SELECT DISTINCT u.username
FROM spaced s
JOIN users u ON u.id = s.user_id
WHERE s.created_at <= s.first_of_15 + INTERVAL 60 SECOND;
