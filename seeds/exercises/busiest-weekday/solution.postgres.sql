SELECT TO_CHAR(created_at, 'FMDay') AS weekday, COUNT(*) AS signups
FROM users
GROUP BY TO_CHAR(created_at, 'FMDay')
ORDER BY signups DESC
LIMIT 1;
