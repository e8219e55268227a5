-- No row passes. A comparison with = NULL is never true, and an inner join drops the photos that you want.
SELECT p.id, p.image_url
FROM photos p
LEFT JOIN photo_tags pt ON pt.photo_id = p.id
WHERE pt.photo_id = NULL;
