CREATE TABLE unfollows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    unfollowed_at TIMESTAMP(0) NOT NULL DEFAULT date_trunc('second', CURRENT_TIMESTAMP AT TIME ZONE 'UTC'),
    PRIMARY KEY (follower_id, followee_id),
    CONSTRAINT unfollows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id),
    CONSTRAINT unfollows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id)
);

CREATE FUNCTION log_unfollow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unfollows (follower_id, followee_id) VALUES (OLD.follower_id, OLD.followee_id);
    RETURN OLD;
END;
$$;

CREATE TRIGGER log_unfollow
AFTER DELETE ON follows
FOR EACH ROW EXECUTE FUNCTION log_unfollow();

INSERT INTO unfollows (follower_id, followee_id, unfollowed_at)
SELECT followee_id, follower_id, '2024-06-29 12:00:00' FROM follows
WHERE follower_id < followee_id;
