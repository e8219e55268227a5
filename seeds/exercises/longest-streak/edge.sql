-- A streak over the end of the year, from the last second of a day to the first of another, while somebody else posts;
-- more days, but with gaps.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-12-30 23:59:59'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-12-31 00:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-12-31 18:00:00'),
    (4, 'https://img.example.test/4.jpg', 1, '2024-01-01 12:00:00'),
    (5, 'https://img.example.test/5.jpg', 1, '2024-01-02 00:00:00'),
    (6, 'https://img.example.test/6.jpg', 2, '2023-05-01 10:00:00'),
    (7, 'https://img.example.test/7.jpg', 2, '2023-05-02 10:00:00'),
    (8, 'https://img.example.test/8.jpg', 2, '2023-05-03 10:00:00'),
    (9, 'https://img.example.test/9.jpg', 2, '2023-05-05 10:00:00'),
    (10, 'https://img.example.test/10.jpg', 2, '2023-05-06 10:00:00'),
    (11, 'https://img.example.test/11.jpg', 2, '2023-05-07 10:00:00'),
    (12, 'https://img.example.test/12.jpg', 3, '2023-06-01 10:00:00'),
    (13, 'https://img.example.test/13.jpg', 3, '2023-06-01 11:00:00'),
    (14, 'https://img.example.test/14.jpg', 3, '2023-06-01 12:00:00'),
    (15, 'https://img.example.test/15.jpg', 3, '2023-06-01 13:00:00'),
    (16, 'https://img.example.test/16.jpg', 3, '2023-06-01 14:00:00'),
    (17, 'https://img.example.test/17.jpg', 2, '2023-12-31 10:00:00');
