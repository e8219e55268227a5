CREATE TABLE bookmarks (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    saved_at TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (user_id, photo_id)
);
INSERT INTO bookmarks (user_id, photo_id, saved_at)
SELECT user_id, photo_id, created_at FROM likes;
INSERT INTO bookmarks (user_id, photo_id, saved_at) SELECT MIN(id), 880001, '2024-06-01 08:00:00' FROM users;
INSERT INTO bookmarks (user_id, photo_id, saved_at) SELECT MAX(id), 880002, '2024-06-02 08:00:00' FROM users;
INSERT INTO bookmarks (user_id, photo_id, saved_at) SELECT 880003, MIN(id), '2024-06-03 08:00:00' FROM photos;
INSERT INTO bookmarks (user_id, photo_id, saved_at) VALUES (880004, 880004, '2024-06-04 08:00:00');
