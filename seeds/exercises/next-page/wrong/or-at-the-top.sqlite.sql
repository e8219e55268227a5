-- The rows are right, but with OR at the top there is no single range, and the index is read from its beginning.
SELECT id, created_at
FROM photos
WHERE created_at > (SELECT created_at FROM photos WHERE id = 7500)
   OR (created_at = (SELECT created_at FROM photos WHERE id = 7500) AND id > 7500)
ORDER BY created_at, id
LIMIT 20;
