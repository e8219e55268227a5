-- A hundred photos: one user has liked all, one all but one, one all but the own photo.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'owner', '2023-05-01 10:00:00'),
    (2, 'bot', '2023-05-01 10:00:00'),
    (3, 'nearly', '2023-05-01 10:00:00'),
    (4, 'not_own', '2023-05-01 10:00:00'),
    (5, 'human', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 10 * tens.n + ones.n + 1, 'https://img.example.test/photo.jpg', 1, '2023-05-01 10:00:00'
FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
    UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS tens
CROSS JOIN (
    SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
    UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
) AS ones;
UPDATE photos SET user_id = 4 WHERE id = 50;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 2, id, '2023-05-01 10:00:00' FROM photos;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 3, id, '2023-05-01 10:00:00' FROM photos WHERE id <> 100;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 4, id, '2023-05-01 10:00:00' FROM photos WHERE user_id <> 4;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 5, id, '2023-05-01 10:00:00' FROM photos WHERE id = 1;
