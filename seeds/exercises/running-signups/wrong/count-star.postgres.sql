-- The empty month has one signup in your answer. COUNT(*) counts the row that the LEFT JOIN keeps for it.
SELECT
    TO_CHAR(m.month_start, 'YYYY-MM') AS signup_month,
    COUNT(*) AS signups,
    SUM(COUNT(*)) OVER (ORDER BY m.month_start) AS total
FROM generate_series(
    TIMESTAMP '2023-01-01', TIMESTAMP '2023-12-01', INTERVAL '1 month'
) AS m (month_start)
LEFT JOIN users u ON u.created_at >= m.month_start
                 AND u.created_at < m.month_start + INTERVAL '1 month'
GROUP BY m.month_start
ORDER BY signup_month;
