-- Somebody without followers, photos without reactions or with one kind only, a rate that has to be rounded up.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00'),
    (5, 'eve', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 2, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 3, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (2, 1, '2023-05-01 10:00:00'),
    (3, 1, '2023-05-01 10:00:00'),
    (4, 1, '2023-05-01 10:00:00'),
    (2, 2, '2023-05-01 10:00:00'),
    (1, 5, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 1, 2, '2023-05-01 10:00:00'),
    (2, 'nice', 1, 2, '2023-05-01 10:00:00'),
    (3, 'nice', 2, 3, '2023-05-01 10:00:00');
INSERT INTO follows (follower_id, followee_id, created_at) VALUES
    (2, 1, '2023-05-01 10:00:00'),
    (3, 1, '2023-05-01 10:00:00'),
    (1, 3, '2023-05-01 10:00:00'),
    (2, 3, '2023-05-01 10:00:00'),
    (4, 3, '2023-05-01 10:00:00');
