CREATE INDEX photos_created_at_idx ON photos (created_at);
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900001, 'https://img.example.test/900001.jpg', MIN(id), '2021-06-01 00:00:00' FROM users;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900002, 'https://img.example.test/900002.jpg', MIN(id), '2021-06-30 22:15:00' FROM users;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900003, 'https://img.example.test/900003.jpg', MIN(id), '2021-07-01 00:00:00' FROM users;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900004, 'https://img.example.test/900004.jpg', MIN(id), '2021-06-30 23:59:59' FROM users;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900005, 'https://img.example.test/900005.jpg', MIN(id), '2021-06-30 22:15:00' FROM users;
