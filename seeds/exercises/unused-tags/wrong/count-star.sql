-- No tag passes. An inner join drops unused tags, and after a LEFT JOIN COUNT(*) counts the row that is kept, so it is never 0.
SELECT t.tag_name
FROM tags t
LEFT JOIN photo_tags pt ON pt.tag_id = t.id
GROUP BY t.tag_name
HAVING COUNT(*) = 0;
