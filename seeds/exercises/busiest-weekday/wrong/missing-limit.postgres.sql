-- All weekdays are in your list. Sort them by the count and keep the first one.
SELECT TO_CHAR(created_at, 'FMDay') AS weekday, COUNT(*) AS signups
FROM users
GROUP BY TO_CHAR(created_at, 'FMDay');
