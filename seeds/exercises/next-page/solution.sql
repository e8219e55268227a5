SELECT id, created_at
FROM photos
WHERE created_at >= (SELECT created_at FROM photos WHERE id = 7500)
  AND (created_at > (SELECT created_at FROM photos WHERE id = 7500) OR id > 7500)
ORDER BY created_at, id
LIMIT 20;
