-- The same pair is in your answer twice, once in each order.
WITH pairs AS (
    SELECT a.tag_name AS first_tag, b.tag_name AS second_tag, COUNT(*) AS photos
    FROM photo_tags x
    JOIN photo_tags y ON y.photo_id = x.photo_id
    JOIN tags a ON a.id = x.tag_id
    JOIN tags b ON b.id = y.tag_id
    WHERE a.tag_name <> b.tag_name
    GROUP BY a.tag_name, b.tag_name
)
SELECT first_tag, second_tag, photos
FROM pairs
WHERE photos = (SELECT MAX(photos) FROM pairs);
