-- The page is ordered by time. A larger id does not always mean a later photo.
SELECT id, created_at
FROM photos
WHERE id > 7500
ORDER BY created_at, id
LIMIT 20;
