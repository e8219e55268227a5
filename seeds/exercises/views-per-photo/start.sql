SELECT p.id, (SELECT COUNT(*) FROM photo_views AS v WHERE v.photo_id = p.id) AS views
FROM photos AS p
WHERE p.id BETWEEN 5001 AND 5050;
