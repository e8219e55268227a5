-- A photo without views still has one joined row, full of NULLs, and COUNT(*) counts it.
SELECT p.id, COUNT(*) AS views
FROM photos AS p
LEFT JOIN photo_views AS v ON v.photo_id = p.id
WHERE p.id BETWEEN 5001 AND 5050
GROUP BY p.id;
