CREATE INDEX photos_created_at_id_idx ON photos (created_at, id);
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900001, 'https://img.example.test/900001.jpg', user_id, created_at FROM photos WHERE id = 7500;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900002, 'https://img.example.test/900002.jpg', user_id, created_at FROM photos WHERE id = 7505;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900003, 'https://img.example.test/900003.jpg', user_id, created_at FROM photos WHERE id = 5000;
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT 900004, 'https://img.example.test/900004.jpg', user_id, created_at FROM photos WHERE id = 5001;
UPDATE photos SET created_at = (SELECT at FROM (SELECT created_at AS at FROM photos WHERE id = 7500) AS same) WHERE id = 4001;
UPDATE photos SET created_at = (SELECT at FROM (SELECT created_at AS at FROM photos WHERE id = 7510) AS later) WHERE id = 4002;
