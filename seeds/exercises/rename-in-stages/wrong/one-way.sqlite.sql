-- What the old program writes reaches handle. What the new program writes to handle does not reach username.
ALTER TABLE users ADD COLUMN handle VARCHAR(255);
UPDATE users SET handle = username;

CREATE TRIGGER users_handle_insert
AFTER INSERT ON users
FOR EACH ROW WHEN NEW.handle IS NULL
BEGIN
    UPDATE users SET handle = NEW.username WHERE id = NEW.id;
END;

CREATE TRIGGER users_handle_from_username
AFTER UPDATE OF username ON users
FOR EACH ROW WHEN NEW.handle IS NOT NEW.username
BEGIN
    UPDATE users SET handle = NEW.username WHERE id = NEW.id;
END;
-- down
DROP TRIGGER users_handle_insert;
DROP TRIGGER users_handle_from_username;
ALTER TABLE users DROP COLUMN handle;
