-- For each kind of activity somebody who has done nothing else; ghosts to whom others do things.
INSERT INTO users (id, username, created_at) VALUES
    (1, 'poster', '2023-05-01 10:00:00'),
    (2, 'liker', '2023-05-01 10:00:00'),
    (3, 'commenter', '2023-05-01 10:00:00'),
    (4, 'follower', '2023-05-01 10:00:00'),
    (5, 'ghost', '2023-05-01 10:00:00'),
    (6, 'followed_ghost', '2023-05-01 10:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES
    (1, 'https://img.example.test/1.jpg', 1, '2023-05-01 10:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES
    (2, 1, '2023-05-01 10:00:00');
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
    (1, 'nice', 1, 3, '2023-05-01 10:00:00');
INSERT INTO follows (follower_id, followee_id, created_at) VALUES
    (4, 6, '2023-05-01 10:00:00'),
    (4, 1, '2023-05-01 10:00:00');
