-- Equally frequent tags whose names are against their ids, a gap after them, and an unused tag.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO tags (id, tag_name, created_at) VALUES
    (1, 'top', '2023-05-01 10:00:00'),
    (2, 'zebra', '2023-05-01 10:00:00'),
    (3, 'apple', '2023-05-01 10:00:00'),
    (4, 'low', '2023-05-01 10:00:00'),
    (5, 'unused', '2023-05-01 10:00:00');
INSERT INTO photo_tags (photo_id, tag_id) VALUES
    (1, 1),
    (2, 1),
    (3, 1),
    (1, 2),
    (2, 2),
    (2, 3),
    (3, 3),
    (1, 4);
