-- Twelve people, each of whom follows all with lower ids: those with many followers follow few.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00'),
    (2, 'ben', '2023-05-01 10:00:00'),
    (3, 'cleo', '2023-05-01 10:00:00'),
    (4, 'dan', '2023-05-01 10:00:00'),
    (5, 'eve', '2023-05-01 10:00:00'),
    (6, 'finn', '2023-05-01 10:00:00'),
    (7, 'gil', '2023-05-01 10:00:00'),
    (8, 'hana', '2023-05-01 10:00:00'),
    (9, 'ivo', '2023-05-01 10:00:00'),
    (10, 'jo', '2023-05-01 10:00:00'),
    (11, 'kim', '2023-05-01 10:00:00'),
    (12, 'lu', '2023-05-01 10:00:00');
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT f.id, g.id, '2023-05-01 10:00:00' FROM users f JOIN users g ON g.id < f.id;
