-- One person who likes two photos of one owner, a photo without likes, and somebody without a photo.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 2, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (2, 1, '2023-05-01 10:00:00'),
    (2, 2, '2023-05-01 10:00:00'),
    (3, 1, '2023-05-01 10:00:00'),
    (1, 1, '2023-05-01 10:00:00');
