-- Your condition compares the size of the two ids, so it also refuses half of the ordinary follows.
CREATE TRIGGER follows_no_self_insert
BEFORE INSERT ON follows
FOR EACH ROW WHEN NOT NEW.follower_id < NEW.followee_id
BEGIN
    SELECT RAISE(ABORT, 'nobody can follow themselves');
END;

CREATE TRIGGER follows_no_self_update
BEFORE UPDATE ON follows
FOR EACH ROW WHEN NOT NEW.follower_id < NEW.followee_id
BEGIN
    SELECT RAISE(ABORT, 'nobody can follow themselves');
END;
