-- You measured the time from the first to the last photo. The days between them have to have photos too.
SELECT u.username, CAST(julianday(MAX(DATE(p.created_at))) - julianday(MIN(DATE(p.created_at))) + 1 AS INTEGER) AS days
FROM photos p
JOIN users u ON u.id = p.user_id
GROUP BY u.id, u.username
ORDER BY days DESC
LIMIT 1;
