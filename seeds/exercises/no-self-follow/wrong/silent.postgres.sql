-- The row is dropped silently, and the program that sent it believes that it was saved. The statement must fail.
CREATE FUNCTION skip_self_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.follower_id = NEW.followee_id THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER follows_no_self
BEFORE INSERT OR UPDATE ON follows
FOR EACH ROW EXECUTE FUNCTION skip_self_follow();
