SELECT id, created_at
FROM photos
WHERE DATE_FORMAT(created_at, '%Y-%m') = '2021-06'
ORDER BY created_at, id;
