-- BETWEEN includes both ends, so a photo of midnight, 1 July, is in your answer.
SELECT id, created_at
FROM photos
WHERE created_at BETWEEN '2021-06-01 00:00:00' AND '2021-07-01 00:00:00'
ORDER BY created_at, id;
