-- The most used tags are not the most liked ones.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 1, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 1, '2023-05-01 10:00:00'),
    (6, 'https://img.example.test/6.jpg', 1, '2023-05-01 10:00:00'),
    (7, 'https://img.example.test/7.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO tags (id, tag_name, created_at) VALUES
    (1, 'unused', '2023-05-01 10:00:00'),
    (2, 'one', '2023-05-01 10:00:00'),
    (3, 'two', '2023-05-01 10:00:00'),
    (4, 'three', '2023-05-01 10:00:00'),
    (5, 'four', '2023-05-01 10:00:00'),
    (6, 'five', '2023-05-01 10:00:00'),
    (7, 'six', '2023-05-01 10:00:00'),
    (8, 'seven', '2023-05-01 10:00:00');
INSERT INTO photo_tags (photo_id, tag_id) VALUES
    (1, 2),
    (1, 3),
    (2, 3),
    (1, 4),
    (2, 4),
    (3, 4),
    (1, 5),
    (2, 5),
    (3, 5),
    (4, 5),
    (1, 6),
    (2, 6),
    (3, 6),
    (4, 6),
    (5, 6),
    (1, 7),
    (2, 7),
    (3, 7),
    (4, 7),
    (5, 7),
    (6, 7),
    (1, 8),
    (2, 8),
    (3, 8),
    (4, 8),
    (5, 8),
    (6, 8),
    (7, 8);
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (1, 1, '2023-05-01 10:00:00'),
    (2, 1, '2023-05-01 10:00:00');
