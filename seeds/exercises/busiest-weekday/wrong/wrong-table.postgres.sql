-- You counted photos. The question is when users signed up.
SELECT TO_CHAR(created_at, 'FMDay') AS weekday, COUNT(*) AS signups
FROM photos
GROUP BY TO_CHAR(created_at, 'FMDay')
ORDER BY signups DESC
LIMIT 1;
