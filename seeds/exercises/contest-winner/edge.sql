-- The winner has few comments, another photo has many; a third owner has more likes on two photos together.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (7, 'https://img.example.test/7.jpg', 1, '2023-05-01 10:00:00'),
    (8, 'https://img.example.test/8.jpg', 2, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 3, '2023-05-01 10:00:00'),
    (6, 'https://img.example.test/6.jpg', 3, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (2, 7, '2023-05-01 10:00:00'),
    (3, 7, '2023-05-01 10:00:00'),
    (4, 7, '2023-05-01 10:00:00'),
    (1, 8, '2023-05-01 10:00:00'),
    (3, 8, '2023-05-01 10:00:00'),
    (1, 5, '2023-05-01 10:00:00'),
    (2, 5, '2023-05-01 10:00:00'),
    (4, 6, '2023-05-01 10:00:00'),
    (1, 6, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 7, 2, '2023-05-01 10:00:00'),
    (2, 'nice', 8, 1, '2023-05-01 10:00:00'),
    (3, 'nice', 8, 1, '2023-05-01 10:00:00'),
    (4, 'nice', 8, 3, '2023-05-01 10:00:00'),
    (5, 'nice', 8, 4, '2023-05-01 10:00:00');
