-- Somebody without a photo, and two photos with one address.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/same.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/same.jpg', 1, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 3, '2023-05-01 10:00:00');
