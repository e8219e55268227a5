-- The list is sorted, but it goes on after the fifth tag.
SELECT t.tag_name, COUNT(*) AS photos
FROM tags t
JOIN photo_tags pt ON pt.tag_id = t.id
GROUP BY t.id, t.tag_name
ORDER BY photos DESC;
