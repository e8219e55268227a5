-- A tag is missing: the one that is on no photo. It has a place as well.
WITH counts AS (
    SELECT t.tag_name, COUNT(*) AS photos
    FROM tags t
    JOIN photo_tags pt ON pt.tag_id = t.id
    GROUP BY t.id, t.tag_name
)
SELECT
    tag_name,
    photos,
    ROW_NUMBER() OVER (ORDER BY photos DESC, tag_name) AS row_place,
    RANK() OVER (ORDER BY photos DESC) AS rank_place,
    DENSE_RANK() OVER (ORDER BY photos DESC) AS dense_place
FROM counts;
