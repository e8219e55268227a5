-- The text at the start, in the middle and at the end; 100 and a percent sign that do not belong together; ids against
-- the times, and two comments of one second.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, '100% agreed', 1, 1, '2023-05-03 10:00:00'),
    (2, 'I am 100% sure', 1, 1, '2023-05-01 10:00:00'),
    (3, 'sure: 100%', 1, 1, '2023-05-01 10:00:00'),
    (4, '100 of 200%', 1, 1, '2023-05-01 11:00:00'),
    (5, '1000%', 1, 1, '2023-05-01 12:00:00'),
    (6, '100 likes!', 1, 1, '2023-05-01 13:00:00'),
    (7, '100%', 1, 1, '2023-05-02 10:00:00'),
    (8, '50%', 1, 1, '2023-05-02 11:00:00');
