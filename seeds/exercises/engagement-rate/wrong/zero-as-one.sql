-- You gave users without followers one follower. They have no rate at all.
WITH reactions AS (
    SELECT
        p.user_id,
        (SELECT COUNT(*) FROM likes l WHERE l.photo_id = p.id)
        + (SELECT COUNT(*) FROM comments c WHERE c.photo_id = p.id) AS n
    FROM photos p
),
totals AS (
    SELECT user_id, SUM(n) AS reactions, COUNT(*) AS photos
    FROM reactions
    GROUP BY user_id
),
followers AS (
    SELECT followee_id, COUNT(*) AS n
    FROM follows
    GROUP BY followee_id
)
SELECT u.username, ROUND(1.0 * t.reactions / t.photos / COALESCE(f.n, 1), 3) AS rate
FROM totals t
LEFT JOIN followers f ON f.followee_id = t.user_id
JOIN users u ON u.id = t.user_id;
