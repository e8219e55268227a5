-- A month is missing. Nobody signed up in it, so grouping the users cannot produce it.
SELECT
    DATE_FORMAT(created_at, '%Y-%m') AS signup_month,
    COUNT(*) AS signups,
    SUM(COUNT(*)) OVER (ORDER BY DATE_FORMAT(created_at, '%Y-%m')) AS total
FROM users
WHERE created_at >= '2023-01-01 00:00:00'
  AND created_at < '2024-01-01 00:00:00'
GROUP BY DATE_FORMAT(created_at, '%Y-%m')
ORDER BY signup_month;
