-- Your streak breaks on a day with two photos. It is still one day.
WITH numbered AS (
    SELECT
        user_id,
        DATE(created_at) AS posted_on,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at, id) AS n
    FROM photos
),
streaks AS (
    SELECT user_id, COUNT(*) AS days
    FROM numbered
    GROUP BY user_id, julianday(posted_on) - n
)
SELECT u.username, s.days
FROM streaks s
JOIN users u ON u.id = s.user_id
ORDER BY s.days DESC
LIMIT 1;
