-- LIKE works on text: the time of every row is turned into text first, and the index does not help.
SELECT id, created_at
FROM photos
WHERE created_at LIKE '2021-06%'
ORDER BY created_at, id;
