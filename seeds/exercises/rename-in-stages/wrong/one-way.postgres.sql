-- What the old program writes reaches handle. What the new program writes to handle does not reach username.
ALTER TABLE users ADD COLUMN handle VARCHAR(255) COLLATE "C";
UPDATE users SET handle = username;

CREATE FUNCTION copy_username() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.handle := COALESCE(NEW.handle, NEW.username);
        RETURN NEW;
    END IF;
    IF NEW.username IS DISTINCT FROM OLD.username THEN
        NEW.handle := NEW.username;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER users_copy_username
BEFORE INSERT OR UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION copy_username();
-- down
DROP TRIGGER users_copy_username ON users;
DROP FUNCTION copy_username();
ALTER TABLE users DROP COLUMN handle;
