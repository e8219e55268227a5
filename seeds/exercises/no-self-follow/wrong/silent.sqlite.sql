-- The row is dropped silently, and the program that sent it believes that it was saved. The statement must fail.
CREATE TRIGGER follows_no_self_insert
BEFORE INSERT ON follows
FOR EACH ROW WHEN NEW.follower_id = NEW.followee_id
BEGIN
    SELECT RAISE(IGNORE);
END;

CREATE TRIGGER follows_no_self_update
BEFORE UPDATE ON follows
FOR EACH ROW WHEN NEW.follower_id = NEW.followee_id
BEGIN
    SELECT RAISE(IGNORE);
END;
