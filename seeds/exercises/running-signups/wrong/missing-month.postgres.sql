-- A month is missing. Nobody signed up in it, so grouping the users cannot produce it.
SELECT
    TO_CHAR(created_at, 'YYYY-MM') AS signup_month,
    COUNT(*) AS signups,
    SUM(COUNT(*)) OVER (ORDER BY TO_CHAR(created_at, 'YYYY-MM')) AS total
FROM users
WHERE created_at >= '2023-01-01 00:00:00'
  AND created_at < '2024-01-01 00:00:00'
GROUP BY TO_CHAR(created_at, 'YYYY-MM')
ORDER BY signup_month;
