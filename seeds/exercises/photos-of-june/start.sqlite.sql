SELECT id, created_at
FROM photos
WHERE strftime('%Y-%m', created_at) = '2021-06'
ORDER BY created_at, id;
