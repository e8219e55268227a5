SELECT id, created_at
FROM photos
WHERE created_at >= '2021-06-01 00:00:00'
  AND created_at < '2021-07-01 00:00:00'
ORDER BY created_at, id;
