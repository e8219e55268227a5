-- The rows are right. MariaDB does not turn a comparison of row values into a range, so it reads the index from its beginning.
SELECT id, created_at
FROM photos
WHERE (created_at, id) > ((SELECT created_at FROM photos WHERE id = 7500), 7500)
ORDER BY created_at, id
LIMIT 20;
