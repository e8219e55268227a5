-- Your rule looks at new rows only. A row that is already in the table can still be changed into a forbidden one.
CREATE FUNCTION refuse_self_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.follower_id = NEW.followee_id THEN
        RAISE EXCEPTION 'nobody can follow themselves';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER follows_no_self
BEFORE INSERT ON follows
FOR EACH ROW EXECUTE FUNCTION refuse_self_follow();
