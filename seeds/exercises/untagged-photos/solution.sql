SELECT p.id, p.image_url
FROM photos p
LEFT JOIN photo_tags pt ON pt.photo_id = p.id
WHERE pt.photo_id IS NULL;
