-- The number of photos is even, and you took one of the two numbers in the middle. The median is their average.
WITH counts AS (
    SELECT p.id, COUNT(l.user_id) AS likes
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
SELECT likes AS median_likes
FROM sorted
WHERE 2 * place BETWEEN photos AND photos + 1;
