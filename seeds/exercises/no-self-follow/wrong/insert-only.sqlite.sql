-- Your rule looks at new rows only. A row that is already in the table can still be changed into a forbidden one.
CREATE TRIGGER follows_no_self
BEFORE INSERT ON follows
FOR EACH ROW WHEN NEW.follower_id = NEW.followee_id
BEGIN
    SELECT RAISE(ABORT, 'nobody can follow themselves');
END;
