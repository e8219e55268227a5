-- The count is right, the name is not. Check which number your function gives to a Sunday.
SELECT
    CASE DAYOFWEEK(created_at)
        WHEN 1 THEN 'Monday'
        WHEN 2 THEN 'Tuesday'
        WHEN 3 THEN 'Wednesday'
        WHEN 4 THEN 'Thursday'
        WHEN 5 THEN 'Friday'
        WHEN 6 THEN 'Saturday'
        WHEN 7 THEN 'Sunday'
    END AS weekday,
    COUNT(*) AS signups
FROM users
GROUP BY weekday
ORDER BY signups DESC
LIMIT 1;
