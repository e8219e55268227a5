-- Your counter only goes up. Which other statements change the number of likes?
ALTER TABLE photos ADD COLUMN like_count INTEGER NOT NULL DEFAULT 0;

UPDATE photos
SET like_count = (SELECT COUNT(*) FROM likes WHERE likes.photo_id = photos.id);

CREATE FUNCTION count_likes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER likes_count
AFTER INSERT ON likes
FOR EACH ROW EXECUTE FUNCTION count_likes();
-- down
DROP TRIGGER likes_count ON likes;
DROP FUNCTION count_likes();
ALTER TABLE photos DROP COLUMN like_count;
