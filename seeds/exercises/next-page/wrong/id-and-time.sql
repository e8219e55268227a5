-- A photo with a smaller id can have a later time. You drop it, although it belongs to the page.
SELECT id, created_at
FROM photos
WHERE created_at >= (SELECT created_at FROM photos WHERE id = 7500)
  AND id > 7500
ORDER BY created_at, id
LIMIT 20;
