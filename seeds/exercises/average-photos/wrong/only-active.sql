-- This is the average of the people who have posted. Users without a photo count too.
SELECT ROUND(1.0 * COUNT(*) / COUNT(DISTINCT user_id), 2) AS photos_per_user
FROM photos;
