-- You removed equal numbers before looking for the middle. Each photo counts, even if others have equally many likes.
WITH counts AS (
    SELECT DISTINCT COUNT(l.user_id) AS likes
    FROM photos p
    LEFT JOIN likes l ON l.photo_id = p.id
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
