-- Nothing fails any more, but the log has a single row for each pair. Every unfollow needs a row of its own.
DROP TRIGGER log_unfollow;

CREATE TRIGGER log_unfollow
AFTER DELETE ON follows
FOR EACH ROW
BEGIN
    INSERT OR IGNORE INTO unfollows (follower_id, followee_id) VALUES (OLD.follower_id, OLD.followee_id);
END;
