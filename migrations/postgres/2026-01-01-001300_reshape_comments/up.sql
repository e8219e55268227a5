-- A comment of the platform has 1 to 500 characters and a moment; the course allows none of either.
-- An empty one becomes '(empty comment)', one without created_at gets the later of its post's and its
-- writer's, so that nobody comments before both exist. __instaseed_kept remembers both. The table is
-- altered in place, so that everything of yours in it stays.

CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) COLLATE "C",
    given_at TIMESTAMP(0),
    original VARCHAR(255) COLLATE "C",
    PRIMARY KEY (what, id, second_id)
);
INSERT INTO __instaseed_kept (what, id, given)
SELECT 'comment_text', comment_id, '(empty comment)' FROM comments WHERE length(content) = 0;
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'comment_time', comments.comment_id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM comments
JOIN posts ON posts.post_id = comments.post_id
JOIN users ON users.user_id = comments.user_id
WHERE comments.created_at IS NULL;
UPDATE comments SET content = texts.given
FROM __instaseed_kept AS texts
WHERE texts.what = 'comment_text' AND texts.id = comments.comment_id;
UPDATE comments SET created_at = times.given_at
FROM __instaseed_kept AS times
WHERE times.what = 'comment_time' AND times.id = comments.comment_id;
ALTER TABLE comments ADD COLUMN updated_at TIMESTAMP(0);
ALTER TABLE comments
    ALTER COLUMN content TYPE VARCHAR(500) COLLATE "C",
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN updated_at TYPE TIMESTAMP(0) USING created_at,
    ALTER COLUMN updated_at SET NOT NULL,
    ALTER COLUMN updated_at SET DEFAULT date_trunc('second', CURRENT_TIMESTAMP AT TIME ZONE 'UTC'),
    ADD CONSTRAINT comments_content_check CHECK (length(content) >= 1);
ALTER TABLE comments
    ADD CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE;
CREATE TRIGGER comments_set_updated_at BEFORE UPDATE ON comments
FOR EACH ROW WHEN (NEW.updated_at = OLD.updated_at AND NEW.* IS DISTINCT FROM OLD.*)
EXECUTE FUNCTION __instaseed_set_updated_at();
