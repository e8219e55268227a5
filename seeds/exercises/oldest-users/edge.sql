-- Ids against the times, and several accounts of one day.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'una', '2023-01-01 23:00:00'),
    (2, 'ben', '2023-01-01 09:00:00'),
    (3, 'cleo', '2023-01-01 10:00:00'),
    (4, 'dan', '2022-12-31 23:59:59'),
    (5, 'eve', '2023-01-02 08:00:00'),
    (6, 'finn', '2023-01-02 00:00:00'),
    (7, 'gil', '2023-01-01 00:00:00');
