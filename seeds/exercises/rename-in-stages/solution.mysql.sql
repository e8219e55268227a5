ALTER TABLE users ADD COLUMN handle VARCHAR(255) NULL;
UPDATE users SET handle = username;

CREATE TRIGGER users_handle_insert
BEFORE INSERT ON users
FOR EACH ROW
SET NEW.handle = COALESCE(NEW.handle, NEW.username);

CREATE TRIGGER users_handle_update
BEFORE UPDATE ON users
FOR EACH ROW
BEGIN
    IF NOT (NEW.username <=> OLD.username) THEN
        SET NEW.handle = NEW.username;
    ELSEIF NOT (NEW.handle <=> OLD.handle) THEN
        SET NEW.username = NEW.handle;
    END IF;
END;
-- down
DROP TRIGGER users_handle_insert;
DROP TRIGGER users_handle_update;
ALTER TABLE users DROP COLUMN handle;
