-- The index is sorted by created_at, not by what your function makes of it. So every row is computed.
SELECT id, created_at
FROM photos
WHERE strftime('%Y-%m', created_at) = '2021-06'
ORDER BY created_at, id;
