-- Photos without likes among the best, and equally many likes at the third place.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (9, 'https://img.example.test/9.jpg', 1, '2023-05-01 10:00:00'),
    (8, 'https://img.example.test/8.jpg', 1, '2023-05-01 10:00:00'),
    (7, 'https://img.example.test/7.jpg', 1, '2023-05-01 10:00:00'),
    (6, 'https://img.example.test/6.jpg', 1, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 2, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 2, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 3, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (1, 9, '2023-05-01 10:00:00'),
    (2, 9, '2023-05-01 10:00:00'),
    (3, 9, '2023-05-01 10:00:00'),
    (1, 8, '2023-05-01 10:00:00'),
    (1, 7, '2023-05-01 10:00:00'),
    (2, 6, '2023-05-01 10:00:00'),
    (1, 5, '2023-05-01 10:00:00');
