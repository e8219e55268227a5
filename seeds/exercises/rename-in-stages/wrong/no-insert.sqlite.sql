-- Changes are copied in both directions. A user who signs up through the old program has no handle.
ALTER TABLE users ADD COLUMN handle VARCHAR(255);
UPDATE users SET handle = username;

CREATE TRIGGER users_handle_from_username
AFTER UPDATE OF username ON users
FOR EACH ROW WHEN NEW.handle IS NOT NEW.username
BEGIN
    UPDATE users SET handle = NEW.username WHERE id = NEW.id;
END;

CREATE TRIGGER users_username_from_handle
AFTER UPDATE OF handle ON users
FOR EACH ROW WHEN NEW.handle IS NOT NEW.username
BEGIN
    UPDATE users SET username = NEW.handle WHERE id = NEW.id;
END;
-- down
DROP TRIGGER users_handle_from_username;
DROP TRIGGER users_username_from_handle;
ALTER TABLE users DROP COLUMN handle;
