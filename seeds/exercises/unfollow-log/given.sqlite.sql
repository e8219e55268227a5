CREATE TABLE unfollows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    unfollowed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (follower_id, followee_id),
    CONSTRAINT unfollows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id),
    CONSTRAINT unfollows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id)
);

CREATE TRIGGER log_unfollow
AFTER DELETE ON follows
FOR EACH ROW
BEGIN
    INSERT INTO unfollows (follower_id, followee_id) VALUES (OLD.follower_id, OLD.followee_id);
END;

INSERT INTO unfollows (follower_id, followee_id, unfollowed_at)
SELECT followee_id, follower_id, '2024-06-29 12:00:00' FROM follows
WHERE follower_id < followee_id;
