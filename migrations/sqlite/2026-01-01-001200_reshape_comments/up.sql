-- A comment of the platform has 1 to 500 characters and a moment; the course allows none of either.
-- An empty one becomes '(empty comment)' (course_comment_texts remembers it), one without
-- created_at gets the later of its post's and its writer's (course_comment_times remembers it), so
-- that nobody comments before both exist.

CREATE TABLE course_comment_texts (
    comment_id INTEGER NOT NULL PRIMARY KEY,
    content VARCHAR(500) NOT NULL
);
INSERT INTO course_comment_texts (comment_id, content)
SELECT id, '(empty comment)' FROM comments WHERE length(comment_text) = 0;

CREATE TABLE course_comment_times (
    comment_id INTEGER NOT NULL PRIMARY KEY,
    created_at TIMESTAMP NOT NULL
);
INSERT INTO course_comment_times (comment_id, created_at)
SELECT comments.id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM comments
JOIN posts ON posts.post_id = comments.photo_id
JOIN users ON users.user_id = comments.user_id
WHERE comments.created_at IS NULL;

ALTER TABLE comments RENAME TO comments_old;
CREATE TABLE comments (
    comment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (comment_id BETWEEN -2147483648 AND 2147483647),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    content VARCHAR(500) NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT comments_content_check CHECK (length(content) BETWEEN 1 AND 500),
    CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO comments (comment_id, post_id, user_id, content, created_at, updated_at)
SELECT comments_old.id, comments_old.photo_id, comments_old.user_id, coalesce(texts.content, comments_old.comment_text),
    coalesce(comments_old.created_at, times.created_at), coalesce(comments_old.created_at, times.created_at)
FROM comments_old
LEFT JOIN course_comment_texts AS texts ON texts.comment_id = comments_old.id
LEFT JOIN course_comment_times AS times ON times.comment_id = comments_old.id
ORDER BY comments_old.id;
DELETE FROM sqlite_sequence WHERE name = 'comments';
INSERT INTO sqlite_sequence (name, seq) SELECT 'comments', seq FROM sqlite_sequence WHERE name = 'comments_old';
DROP TABLE comments_old;
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
