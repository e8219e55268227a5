-- A photo with a comment by its owner only; owners who comment elsewhere; an id of a comment that is that of a photo.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 2, '2023-05-01 10:00:00'),
    (4, 'https://img.example.test/4.jpg', 3, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 3, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 2, 1, '2023-05-01 10:00:00'),
    (2, 'nice', 3, 1, '2023-05-01 10:00:00'),
    (4, 'nice', 3, 3, '2023-05-01 10:00:00'),
    (9, 'nice', 3, 2, '2023-05-01 10:00:00');
