-- Repeated unfollows work now. But the log still points at users, so a user who is in it cannot be deleted.
DROP TRIGGER log_unfollow;

CREATE TABLE unfollows_new (
    unfollow_id INTEGER PRIMARY KEY,
    follower_id INTEGER NOT NULL REFERENCES users (user_id),
    followee_id INTEGER NOT NULL REFERENCES users (user_id),
    unfollowed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO unfollows_new (follower_id, followee_id, unfollowed_at)
SELECT follower_id, followee_id, unfollowed_at FROM unfollows;
DROP TABLE unfollows;
ALTER TABLE unfollows_new RENAME TO unfollows;

CREATE TRIGGER log_unfollow
AFTER DELETE ON follows
FOR EACH ROW
BEGIN
    INSERT INTO unfollows (follower_id, followee_id) VALUES (OLD.follower_id, OLD.followee_id);
END;
