-- Photos with equally many likes share a place in your answer. Each place should exist once, and the lower id comes first.
WITH counts AS (
    SELECT p.user_id, p.id AS photo_id, COUNT(l.user_id) AS likes
    FROM photos p
    LEFT JOIN likes l ON l.photo_id = p.id
    GROUP BY p.user_id, p.id
),
ranked AS (
    SELECT
        user_id,
        photo_id,
        likes,
        RANK() OVER (PARTITION BY user_id ORDER BY likes DESC) AS place
    FROM counts
)
SELECT u.username, r.photo_id, r.likes, r.place
FROM ranked r
JOIN users u ON u.id = r.user_id
WHERE r.place <= 3;
