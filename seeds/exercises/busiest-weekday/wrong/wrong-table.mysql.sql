-- You counted photos. The question is when users signed up.
SELECT DAYNAME(created_at) AS weekday, COUNT(*) AS signups
FROM photos
GROUP BY DAYNAME(created_at)
ORDER BY signups DESC
LIMIT 1;
