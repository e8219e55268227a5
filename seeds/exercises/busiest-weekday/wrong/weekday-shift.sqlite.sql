-- The count is right, the name is not. Check which number your function gives to a Sunday.
SELECT
    CASE strftime('%w', created_at)
        WHEN '0' THEN 'Monday'
        WHEN '1' THEN 'Tuesday'
        WHEN '2' THEN 'Wednesday'
        WHEN '3' THEN 'Thursday'
        WHEN '4' THEN 'Friday'
        WHEN '5' THEN 'Saturday'
        WHEN '6' THEN 'Sunday'
    END AS weekday,
    COUNT(*) AS signups
FROM users
GROUP BY strftime('%w', created_at)
ORDER BY signups DESC
LIMIT 1;
