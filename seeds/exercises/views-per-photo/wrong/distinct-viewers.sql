-- You count the people who viewed a photo. Somebody who views it twice makes two views.
SELECT p.id, COUNT(DISTINCT v.user_id) AS views
FROM photos AS p
LEFT JOIN photo_views AS v ON v.photo_id = p.id
WHERE p.id BETWEEN 5001 AND 5050
GROUP BY p.id;
