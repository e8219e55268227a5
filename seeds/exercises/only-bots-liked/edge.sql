-- Forty photos, two of them without a like: one bot with exactly 90 percent, one with more, one person with less.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'owner', '2023-05-01 10:00:00'),
    (2, 'exact_bot', '2023-05-01 10:00:00'),
    (3, 'bot', '2023-05-01 10:00:00'),
    (4, 'eager', '2023-05-01 10:00:00'),
    (5, 'human', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 10 * tens.n + ones.n + 1, 'https://img.example.test/photo.jpg', 1, '2023-05-01 10:00:00'
FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS tens
CROSS JOIN (
    SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
    UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
) AS ones;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 2, id, '2023-05-01 10:00:00' FROM photos WHERE id <= 36;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 3, id, '2023-05-01 10:00:00' FROM photos WHERE id <= 38;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 4, id, '2023-05-01 10:00:00' FROM photos WHERE id <= 36 AND id <> 5;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT 5, id, '2023-05-01 10:00:00' FROM photos WHERE id <= 3;
