-- Other photos have the same created_at as photo 7500. Those that come after it are missing from your page.
SELECT id, created_at
FROM photos
WHERE created_at > (SELECT created_at FROM photos WHERE id = 7500)
ORDER BY created_at, id
LIMIT 20;
