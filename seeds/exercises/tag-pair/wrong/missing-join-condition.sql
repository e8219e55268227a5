-- You paired tags of different photos. Both tags have to be on the same photo.
SELECT a.tag_name AS first_tag, b.tag_name AS second_tag, COUNT(*) AS photos
FROM photo_tags x
CROSS JOIN photo_tags y
JOIN tags a ON a.id = x.tag_id
JOIN tags b ON b.id = y.tag_id
WHERE a.tag_name < b.tag_name
GROUP BY a.tag_name, b.tag_name
ORDER BY photos DESC
LIMIT 1;
