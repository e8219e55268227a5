-- People who only receive comments, who only like, and who do nothing.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'receiver', '2023-05-01 10:00:00'),
    (2, 'writer', '2023-05-01 10:00:00'),
    (3, 'liker', '2023-05-01 10:00:00'),
    (4, 'nobody', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 2, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 1, 2, '2023-05-01 10:00:00'),
    (2, 'nice', 1, 2, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (3, 1, '2023-05-01 10:00:00'),
    (3, 2, '2023-05-01 10:00:00'),
    (2, 1, '2023-05-01 10:00:00'),
    (1, 3, '2023-05-01 10:00:00');
