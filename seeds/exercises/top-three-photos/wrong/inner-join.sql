-- Photos without likes are missing. An inner join drops them, and users without any like with them.
WITH counts AS (
    SELECT p.user_id, p.id AS photo_id, COUNT(*) AS likes
    FROM photos p
    JOIN likes l ON l.photo_id = p.id
    GROUP BY p.user_id, p.id
),
ranked AS (
    SELECT
        user_id,
        photo_id,
        likes,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY likes DESC, photo_id) AS place
    FROM counts
)
SELECT u.username, r.photo_id, r.likes, r.place
FROM ranked r
JOIN users u ON u.id = r.user_id
WHERE r.place <= 3;
