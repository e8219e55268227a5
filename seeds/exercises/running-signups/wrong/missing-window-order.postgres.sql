-- Every month shows the total of the whole year. A running total needs an order inside OVER.
SELECT
    TO_CHAR(m.month_start, 'YYYY-MM') AS signup_month,
    COUNT(u.id) AS signups,
    SUM(COUNT(u.id)) OVER () AS total
FROM generate_series(
    TIMESTAMP '2023-01-01', TIMESTAMP '2023-12-01', INTERVAL '1 month'
) AS m (month_start)
LEFT JOIN users u ON u.created_at >= m.month_start
                 AND u.created_at < m.month_start + INTERVAL '1 month'
GROUP BY m.month_start
ORDER BY signup_month;
