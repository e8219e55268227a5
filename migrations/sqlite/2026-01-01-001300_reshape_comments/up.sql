-- A comment of the platform has 1 to 500 characters and a moment; the course allows none of either.
-- An empty one becomes '(empty comment)', one without created_at gets the later of its post's and its
-- writer's, so that nobody comments before both exist. __instaseed_kept remembers both.

PRAGMA legacy_alter_table = ON;
CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500),
    given_at DATETIME,
    original VARCHAR(255),
    PRIMARY KEY (what, id, second_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_kept (what, id, given)
SELECT 'comment_text', comment_id, '(empty comment)' FROM comments WHERE length(content) = 0;
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'comment_time', comments.comment_id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM comments
JOIN posts ON posts.post_id = comments.post_id
JOIN users ON users.user_id = comments.user_id
WHERE comments.created_at IS NULL;
CREATE TABLE __instaseed_new_comments (
    comment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (comment_id BETWEEN -2147483648 AND 2147483647),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    content VARCHAR(500) NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT comments_content_check CHECK (length(content) BETWEEN 1 AND 500),
    CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO __instaseed_new_comments (comment_id, post_id, user_id, content, created_at, updated_at)
SELECT comments.comment_id, comments.post_id, comments.user_id, coalesce(texts.given, comments.content),
    coalesce(comments.created_at, times.given_at), coalesce(comments.created_at, times.given_at)
FROM comments
LEFT JOIN __instaseed_kept AS texts ON texts.what = 'comment_text' AND texts.id = comments.comment_id
    AND texts.second_id = 0
LEFT JOIN __instaseed_kept AS times ON times.what = 'comment_time' AND times.id = comments.comment_id
    AND times.second_id = 0
ORDER BY comments.comment_id;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_comments';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_comments', seq FROM sqlite_sequence WHERE name = 'comments';
DROP TABLE comments;
ALTER TABLE __instaseed_new_comments RENAME TO comments;
CREATE INDEX comments_post_id_created_at_idx ON comments (post_id, created_at);
CREATE INDEX comments_user_id_idx ON comments (user_id);
CREATE TRIGGER comments_set_updated_at AFTER UPDATE ON comments
FOR EACH ROW WHEN NEW.updated_at IS OLD.updated_at AND (
    NEW.comment_id IS NOT OLD.comment_id
    OR NEW.post_id IS NOT OLD.post_id
    OR NEW.user_id IS NOT OLD.user_id
    OR NEW.content IS NOT OLD.content
    OR NEW.created_at IS NOT OLD.created_at
) BEGIN
    UPDATE comments SET updated_at = CURRENT_TIMESTAMP WHERE comment_id = NEW.comment_id;
END;
PRAGMA legacy_alter_table = OFF;
