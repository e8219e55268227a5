-- The pair is right, but not the order of its names: you sorted by the ids of the tags, and the task asks for the names.
SELECT a.tag_name AS first_tag, b.tag_name AS second_tag, COUNT(*) AS photos
FROM photo_tags x
JOIN photo_tags y ON y.photo_id = x.photo_id
JOIN tags a ON a.id = x.tag_id
JOIN tags b ON b.id = y.tag_id
WHERE a.id < b.id
GROUP BY a.tag_name, b.tag_name
ORDER BY photos DESC
LIMIT 1;
