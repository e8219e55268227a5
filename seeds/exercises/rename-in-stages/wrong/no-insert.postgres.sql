-- Changes are copied in both directions. A user who signs up through the old program has no handle.
ALTER TABLE users ADD COLUMN handle VARCHAR(255) COLLATE "C";
UPDATE users SET handle = username;

CREATE FUNCTION copy_username() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.username IS DISTINCT FROM OLD.username THEN
        NEW.handle := NEW.username;
    ELSIF NEW.handle IS DISTINCT FROM OLD.handle THEN
        NEW.username := NEW.handle;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER users_copy_username
BEFORE UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION copy_username();
-- down
DROP TRIGGER users_copy_username ON users;
DROP FUNCTION copy_username();
ALTER TABLE users DROP COLUMN handle;
