-- An even number of photos with 0, 0, 0, 3, 5 and 6 likes: the two in the middle differ, and one of them has none.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00'),
    (5, 'eve', '2023-05-01 10:00:00'),
    (6, 'finn', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 1, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 1, '2023-05-01 10:00:00'),
    (6, 'https://img.example.test/6.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (1, 4, '2023-05-01 10:00:00'),
    (2, 4, '2023-05-01 10:00:00'),
    (3, 4, '2023-05-01 10:00:00'),
    (1, 5, '2023-05-01 10:00:00'),
    (2, 5, '2023-05-01 10:00:00'),
    (3, 5, '2023-05-01 10:00:00'),
    (4, 5, '2023-05-01 10:00:00'),
    (5, 5, '2023-05-01 10:00:00'),
    (1, 6, '2023-05-01 10:00:00'),
    (2, 6, '2023-05-01 10:00:00'),
    (3, 6, '2023-05-01 10:00:00'),
    (4, 6, '2023-05-01 10:00:00'),
    (5, 6, '2023-05-01 10:00:00'),
    (6, 6, '2023-05-01 10:00:00');
