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
rated AS (
    SELECT
        u.username,
        t.reactions,
        t.photos,
        (SELECT COUNT(*) FROM follows f WHERE f.followee_id = u.id) AS followers
    FROM totals t
    JOIN users u ON u.id = t.user_id
)
SELECT username, ROUND(1.0 * reactions / photos / NULLIF(followers, 0), 3) AS rate
FROM rated;
