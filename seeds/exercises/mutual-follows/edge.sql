-- Names against the ids, a chain, and a follow that is not returned.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'zed', '2023-05-01 10:00:00'),
    (2, 'yan', '2023-05-01 10:00:00'),
    (3, 'xia', '2023-05-01 10:00:00'),
    (4, 'wim', '2023-05-01 10:00:00');
INSERT INTO follows (follower_id, followee_id, created_at) VALUES
    (1, 2, '2023-05-01 10:00:00'),
    (2, 1, '2023-05-01 10:00:00'),
    (2, 3, '2023-05-01 10:00:00'),
    (3, 4, '2023-05-01 10:00:00'),
    (4, 3, '2023-05-01 10:00:00'),
    (4, 1, '2023-05-01 10:00:00');
