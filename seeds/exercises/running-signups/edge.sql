-- The seconds around the ends of months and of the year, and months without signups.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'u1', '2023-01-01 00:00:00'),
    (2, 'u2', '2023-01-31 23:59:59'),
    (3, 'u3', '2023-02-01 00:00:00'),
    (4, 'u4', '2023-04-30 12:00:00'),
    (5, 'u5', '2023-12-31 23:59:59'),
    (6, 'u6', '2024-01-01 00:00:00'),
    (7, 'u7', '2024-01-15 12:00:00');
