-- Ids of users and of photos that are no help; somebody who only likes.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 3, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (2, 2, '2023-05-01 10:00:00'),
    (1, 5, '2023-05-01 10:00:00');
