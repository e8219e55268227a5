-- Five of seven, which has to be rounded up: one bot who comments, one who does not, three who are only silent.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'talking_bot', '2023-05-01 10:00:00'),
    (2, 'silent_bot', '2023-05-01 10:00:00'),
    (3, 'silent_one', '2023-05-01 10:00:00'),
    (4, 'silent_two', '2023-05-01 10:00:00'),
    (5, 'silent_three', '2023-05-01 10:00:00'),
    (6, 'ann', '2023-05-01 10:00:00'),
    (7, 'ben', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 6, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 7, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (1, 1, '2023-05-01 10:00:00'),
    (1, 2, '2023-05-01 10:00:00'),
    (2, 1, '2023-05-01 10:00:00'),
    (2, 2, '2023-05-01 10:00:00'),
    (3, 1, '2023-05-01 10:00:00'),
    (6, 2, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 1, 1, '2023-05-01 10:00:00'),
    (2, 'nice', 1, 6, '2023-05-01 10:00:00'),
    (3, 'nice', 2, 7, '2023-05-01 10:00:00'),
    (4, 'nice', 2, 7, '2023-05-01 10:00:00');
