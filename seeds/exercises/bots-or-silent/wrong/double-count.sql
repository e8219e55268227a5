-- You added two counts. Users who are both a bot and silent are counted twice.
SELECT ROUND(
    100.0 * (
        (SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id))
        + (SELECT COUNT(*) FROM (
               SELECT l.user_id
               FROM likes l
               GROUP BY l.user_id
               HAVING COUNT(*) = (SELECT COUNT(*) FROM photos)
           ) AS bots)
    ) / (SELECT COUNT(*) FROM users),
    2
) AS share_percent;
