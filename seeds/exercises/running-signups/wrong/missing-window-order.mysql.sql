-- Every month shows the total of the whole year. A running total needs an order inside OVER.
WITH RECURSIVE months (month_start) AS (
    SELECT CAST('2023-01-01' AS DATE)
    UNION ALL
    SELECT month_start + INTERVAL 1 MONTH
    FROM months
    WHERE month_start < '2023-12-01'
)
SELECT
    DATE_FORMAT(m.month_start, '%Y-%m') AS signup_month,
    COUNT(u.id) AS signups,
    SUM(COUNT(u.id)) OVER () AS total
FROM months m
LEFT JOIN users u ON u.created_at >= m.month_start
                 AND u.created_at < m.month_start + INTERVAL 1 MONTH
GROUP BY m.month_start
ORDER BY signup_month;
