-- OFFSET makes the engine walk over all the rows before the page, and its number is right only until somebody posts.
SELECT id, created_at
FROM photos
ORDER BY created_at, id
LIMIT 20 OFFSET 7500;
