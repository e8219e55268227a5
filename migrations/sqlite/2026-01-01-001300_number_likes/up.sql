-- A like of the platform has an id of its own and always a moment. The numbers follow (user_id,
-- post_id), so that they are the same on every engine and in every run; one without created_at gets
-- the later of its post's and its person's, and course_like_times remembers it.

CREATE TABLE course_like_times (
    user_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
INSERT INTO course_like_times (user_id, post_id, created_at)
SELECT likes.user_id, likes.photo_id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM likes
JOIN posts ON posts.post_id = likes.photo_id
JOIN users ON users.user_id = likes.user_id
WHERE likes.created_at IS NULL;

ALTER TABLE likes RENAME TO likes_old;
CREATE TABLE likes (
    like_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (like_id BETWEEN -2147483648 AND 2147483647),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT likes_user_id_post_id_key UNIQUE (user_id, post_id),
    CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO likes (like_id, post_id, user_id, created_at)
SELECT row_number() OVER (ORDER BY likes_old.user_id, likes_old.photo_id),
    likes_old.photo_id, likes_old.user_id, coalesce(likes_old.created_at, times.created_at)
FROM likes_old
LEFT JOIN course_like_times AS times ON times.user_id = likes_old.user_id AND times.post_id = likes_old.photo_id
ORDER BY likes_old.user_id, likes_old.photo_id;
DROP TABLE likes_old;
CREATE INDEX likes_post_id_idx ON likes (post_id);
