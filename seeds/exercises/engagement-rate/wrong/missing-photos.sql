-- You divided by the followers only. The rate is per photo as well.
WITH reactions AS (
    SELECT
        p.user_id,
        (SELECT COUNT(*) FROM likes l WHERE l.photo_id = p.id)
        + (SELECT COUNT(*) FROM comments c WHERE c.photo_id = p.id) AS n
    FROM photos p
),
totals AS (
    SELECT user_id, SUM(n) AS reactions
    FROM reactions
    GROUP BY user_id
),
followers AS (
    SELECT followee_id, COUNT(*) AS n
    FROM follows
    GROUP BY followee_id
)
SELECT u.username, ROUND(1.0 * t.reactions / f.n, 3) AS rate
FROM totals t
LEFT JOIN followers f ON f.followee_id = t.user_id
JOIN users u ON u.id = t.user_id;
