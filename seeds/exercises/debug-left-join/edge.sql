-- The seconds around the beginning of 2024, and a comment of 2025.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 1, 1, '2023-12-31 23:59:59'),
    (2, 'nice', 1, 2, '2024-01-01 00:00:00'),
    (3, 'nice', 1, 2, '2024-05-01 10:00:00'),
    (4, 'nice', 1, 4, '2025-02-01 10:00:00'),
    (5, 'nice', 1, 4, '2023-02-01 10:00:00');
