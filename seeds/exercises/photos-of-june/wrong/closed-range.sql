-- Your range ends at the first moment of 30 June. What about the photos of that day?
SELECT id, created_at
FROM photos
WHERE created_at BETWEEN '2021-06-01' AND '2021-06-30'
ORDER BY created_at, id;
