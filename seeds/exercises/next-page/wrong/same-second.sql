-- Of the photos with the created_at of photo 7500, those with a smaller id were on an earlier page.
SELECT id, created_at
FROM photos
WHERE created_at >= (SELECT created_at FROM photos WHERE id = 7500)
  AND id <> 7500
ORDER BY created_at, id
LIMIT 20;
