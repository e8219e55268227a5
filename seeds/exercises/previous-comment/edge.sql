-- Ids against the times, and comments of one second.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'third', 1, 1, '2023-05-03 10:00:00'),
    (2, 'first', 1, 2, '2023-05-01 10:00:00'),
    (3, 'second', 1, 1, '2023-05-02 10:00:00'),
    (4, 'a', 2, 1, '2023-05-02 10:00:00'),
    (5, 'b', 2, 2, '2023-05-02 10:00:00'),
    (6, 'fourth', 1, 2, '2023-05-03 10:00:00');
