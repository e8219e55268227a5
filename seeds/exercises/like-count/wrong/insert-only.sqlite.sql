-- Your counter only goes up. Which other statements change the number of likes?
ALTER TABLE photos ADD COLUMN like_count INTEGER NOT NULL DEFAULT 0;

UPDATE photos
SET like_count = (SELECT COUNT(*) FROM likes WHERE likes.photo_id = photos.id);

CREATE TRIGGER likes_count_insert
AFTER INSERT ON likes
FOR EACH ROW
BEGIN
    UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;
END;
-- down
DROP TRIGGER likes_count_insert;
ALTER TABLE photos DROP COLUMN like_count;
