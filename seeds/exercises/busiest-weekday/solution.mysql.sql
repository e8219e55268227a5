SELECT DAYNAME(created_at) AS weekday, COUNT(*) AS signups
FROM users
GROUP BY DAYNAME(created_at)
ORDER BY signups DESC
LIMIT 1;
