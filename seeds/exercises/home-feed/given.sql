DROP INDEX photos_user_id_created_at_idx;
INSERT INTO photos (image_url, user_id, created_at)
SELECT p.image_url, p.user_id, p.created_at
FROM photos AS p
CROSS JOIN (
    SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
    UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
) AS copies;
