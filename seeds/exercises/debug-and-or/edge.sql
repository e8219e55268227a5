-- The seconds around both ends of the half-year for both people, and names like theirs.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'alice', '2023-05-01 10:00:00'),
    (2, 'dana', '2023-05-01 10:00:00'),
    (3, 'ben', '2023-05-01 10:00:00'),
    (4, 'Alice', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-06-30 23:59:59'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-07-01 00:00:00'),
    (3, 'https://img.example.test/3.jpg', 2, '2023-12-31 00:00:00'),
    (4, 'https://img.example.test/4.jpg', 2, '2023-12-31 23:59:59'),
    (5, 'https://img.example.test/5.jpg', 2, '2024-01-01 00:00:00'),
    (6, 'https://img.example.test/6.jpg', 1, '2023-10-10 10:00:00'),
    (7, 'https://img.example.test/7.jpg', 3, '2023-10-10 10:00:00'),
    (8, 'https://img.example.test/8.jpg', 1, '2022-10-10 10:00:00'),
    (9, 'https://img.example.test/9.jpg', 2, '2022-10-10 10:00:00'),
    (10, 'https://img.example.test/10.jpg', 4, '2023-10-10 10:00:00');
