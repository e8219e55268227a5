-- The empty month has one signup in your answer. COUNT(*) counts the row that the LEFT JOIN keeps for it.
WITH RECURSIVE months (month_start) AS (
    SELECT '2023-01-01'
    UNION ALL
    SELECT DATE(month_start, '+1 month')
    FROM months
    WHERE month_start < '2023-12-01'
)
SELECT
    strftime('%Y-%m', m.month_start) AS signup_month,
    COUNT(*) AS signups,
    SUM(COUNT(*)) OVER (ORDER BY m.month_start) AS total
FROM months m
LEFT JOIN users u ON u.created_at >= m.month_start
                 AND u.created_at < DATE(m.month_start, '+1 month')
GROUP BY m.month_start
ORDER BY signup_month;
