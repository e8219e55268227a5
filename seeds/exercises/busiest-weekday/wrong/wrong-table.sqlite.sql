-- You counted photos. The question is when users signed up.
SELECT
    CASE strftime('%w', created_at)
        WHEN '0' THEN 'Sunday'
        WHEN '1' THEN 'Monday'
        WHEN '2' THEN 'Tuesday'
        WHEN '3' THEN 'Wednesday'
        WHEN '4' THEN 'Thursday'
        WHEN '5' THEN 'Friday'
        WHEN '6' THEN 'Saturday'
    END AS weekday,
    COUNT(*) AS signups
FROM photos
GROUP BY strftime('%w', created_at)
ORDER BY signups DESC
LIMIT 1;
