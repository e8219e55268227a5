-- A like by whose id is that of the photo, and somebody who likes others and has own photos.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 2, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 2, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 3, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (1, 1, '2023-05-01 10:00:00'),
    (2, 2, '2023-05-01 10:00:00'),
    (1, 3, '2023-05-01 10:00:00'),
    (3, 3, '2023-05-01 10:00:00'),
    (2, 3, '2023-05-01 10:00:00');
