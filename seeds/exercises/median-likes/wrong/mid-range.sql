-- This is halfway between the smallest and the largest number. The median is halfway through the list of photos.
WITH counts AS (
    SELECT p.id, COUNT(l.user_id) AS likes
    FROM photos p
    LEFT JOIN likes l ON l.photo_id = p.id
    GROUP BY p.id
)
SELECT (MIN(likes) + MAX(likes)) / 2.0 AS median_likes
FROM counts;
