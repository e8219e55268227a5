-- Sunday wins by several dates, up to its first and last second; Monday has the busiest single date.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'u1', '2023-01-01 00:00:00'),
    (2, 'u2', '2023-01-01 23:59:59'),
    (3, 'u3', '2023-01-08 00:00:00'),
    (4, 'u4', '2023-01-15 23:59:59'),
    (5, 'u5', '2023-01-02 00:00:00'),
    (6, 'u6', '2023-01-02 09:00:00'),
    (7, 'u7', '2023-01-02 23:59:59'),
    (8, 'u8', '2023-01-07 00:00:00'),
    (9, 'u9', '2023-01-07 23:59:59');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-05 10:00:00');
