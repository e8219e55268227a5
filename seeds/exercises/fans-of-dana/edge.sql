-- dana likes her own photos and nothing else; a fan likes more; others like as many photos, but not all of hers. Names
-- like hers.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'dana', '2023-05-01 10:00:00'),
    (2, 'fan', '2023-05-01 10:00:00'),
    (3, 'nearly', '2023-05-01 10:00:00'),
    (4, 'anybody', '2023-05-01 10:00:00'),
    (5, 'Dana', '2023-05-01 10:00:00'),
    (6, 'dana2', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 4, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 5, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 6, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (1, 1, '2023-05-01 10:00:00'),
    (1, 2, '2023-05-01 10:00:00'),
    (2, 1, '2023-05-01 10:00:00'),
    (2, 2, '2023-05-01 10:00:00'),
    (2, 4, '2023-05-01 10:00:00'),
    (3, 1, '2023-05-01 10:00:00'),
    (3, 3, '2023-05-01 10:00:00'),
    (3, 4, '2023-05-01 10:00:00'),
    (3, 5, '2023-05-01 10:00:00'),
    (4, 3, '2023-05-01 10:00:00'),
    (5, 1, '2023-05-01 10:00:00'),
    (5, 4, '2023-05-01 10:00:00'),
    (6, 2, '2023-05-01 10:00:00'),
    (6, 5, '2023-05-01 10:00:00');
