-- You counted joined rows: each like is repeated for each comment on the same photo, and each comment for each like.
WITH reactions AS (
    SELECT p.user_id, p.id, COUNT(l.user_id) + COUNT(c.id) AS n
    FROM photos p
    LEFT JOIN likes l ON l.photo_id = p.id
    LEFT JOIN comments c ON c.photo_id = p.id
    GROUP BY p.user_id, p.id
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
SELECT u.username, ROUND(1.0 * t.reactions / t.photos / f.n, 3) AS rate
FROM totals t
LEFT JOIN followers f ON f.followee_id = t.user_id
JOIN users u ON u.id = t.user_id;
