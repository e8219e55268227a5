-- You paired each photo with the tags of other photos. That does not show that a photo has none.
SELECT DISTINCT p.id, p.image_url
FROM photos p
JOIN photo_tags pt ON pt.photo_id <> p.id;
