-- The sign at the start, in the middle and at the end; names with what patterns stumble over.
INSERT INTO users (id, username, created_at) VALUES
    (1, '%start', '2023-05-01 10:00:00'),
    (2, 'mid%dle', '2023-05-01 10:00:00'),
    (3, 'end%', '2023-05-01 10:00:00'),
    (4, '%', '2023-05-01 10:00:00'),
    (5, '100percent', '2023-05-01 10:00:00'),
    (6, 'ex!claim', '2023-05-01 10:00:00'),
    (7, 'snake_case', '2023-05-01 10:00:00'),
    (8, 'plain', '2023-05-01 10:00:00');
