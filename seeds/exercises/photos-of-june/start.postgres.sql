SELECT id, created_at
FROM photos
WHERE TO_CHAR(created_at, 'YYYY-MM') = '2021-06'
ORDER BY created_at, id;
