-- All weekdays are in your list. Sort them by the count and keep the first one.
SELECT DAYNAME(created_at) AS weekday, COUNT(*) AS signups
FROM users
GROUP BY DAYNAME(created_at);
