-- Ids of photos that are those of unused tags, and a photo without tags.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'ann', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00'),
    (2, 'https://img.example.test/2.jpg', 1, '2023-05-01 10:00:00'),
    (3, 'https://img.example.test/3.jpg', 1, '2023-05-01 10:00:00'),
    (5, 'https://img.example.test/5.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO tags (id, tag_name, created_at) VALUES
    (1, 'sun', '2023-05-01 10:00:00'),
    (2, 'sea', '2023-05-01 10:00:00'),
    (3, 'snow', '2023-05-01 10:00:00'),
    (4, 'sky', '2023-05-01 10:00:00'),
    (5, 'sand', '2023-05-01 10:00:00');
INSERT INTO photo_tags (photo_id, tag_id) VALUES
    (2, 1),
    (3, 1),
    (3, 5);
