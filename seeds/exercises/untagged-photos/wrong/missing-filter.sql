-- The LEFT JOIN is a good start, but so far every photo is in the list. Keep the rows without a partner.
SELECT p.id, p.image_url
FROM photos p
LEFT JOIN photo_tags pt ON pt.photo_id = p.id;
