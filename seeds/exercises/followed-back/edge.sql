-- A pair of one second, a pair one second apart, and a follow that is not returned.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00');
INSERT INTO follows (follower_id, followee_id, created_at) VALUES
    (1, 2, '2023-05-01 10:00:00'),
    (2, 1, '2023-05-01 10:00:01'),
    (1, 3, '2023-05-02 10:00:00'),
    (3, 1, '2023-05-02 10:00:00'),
    (4, 2, '2023-05-03 10:00:00'),
    (4, 3, '2023-05-03 09:00:00'),
    (3, 4, '2023-05-02 09:00:00');
