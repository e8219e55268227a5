-- The seconds around both ends of the month, its last day, and March of other years.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'feb', '2023-02-28 23:59:59'),
    (2, 'first', '2023-03-01 00:00:00'),
    (3, 'middle', '2023-03-15 12:00:00'),
    (4, 'last_midnight', '2023-03-31 00:00:00'),
    (5, 'last_noon', '2023-03-31 12:00:00'),
    (6, 'last', '2023-03-31 23:59:59'),
    (7, 'april', '2023-04-01 00:00:00'),
    (8, 'year_before', '2022-03-15 12:00:00'),
    (9, 'year_after', '2024-03-15 12:00:00');
