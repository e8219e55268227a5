-- Your last column skips places after a tie. Which of the three functions does not?
WITH counts AS (
    SELECT t.tag_name, COUNT(pt.photo_id) AS photos
    FROM tags t
    LEFT JOIN photo_tags pt ON pt.tag_id = t.id
    GROUP BY t.id, t.tag_name
)
SELECT
    tag_name,
    photos,
    ROW_NUMBER() OVER (ORDER BY photos DESC, tag_name) AS row_place,
    RANK() OVER (ORDER BY photos DESC) AS rank_place,
    RANK() OVER (ORDER BY photos DESC) AS dense_place
FROM counts;
