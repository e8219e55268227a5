-- With likes in the join, a photo counts once for each of its likes. You need the number of photos.
SELECT t.tag_name, COUNT(*) AS photos
FROM tags t
JOIN photo_tags pt ON pt.tag_id = t.id
JOIN likes l ON l.photo_id = pt.photo_id
GROUP BY t.id, t.tag_name
ORDER BY photos DESC
LIMIT 5;
