-- With OR, every row passes one of your two comparisons. Both have to hold for the same row.
SELECT username, created_at
FROM users
WHERE created_at >= '2023-03-01 00:00:00'
   OR created_at < '2023-04-01 00:00:00';
