-- Your rule looks at new rows only. A row that is already in the table can still be changed into a forbidden one.
CREATE TRIGGER follows_no_self
BEFORE INSERT ON follows
FOR EACH ROW
BEGIN
    IF NEW.follower_id = NEW.followee_id THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nobody can follow themselves';
    END IF;
END;
