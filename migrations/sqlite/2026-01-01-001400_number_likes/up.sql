-- A like of the platform has an id of its own and always a moment. The numbers follow (user_id,
-- post_id), so that they are the same on every engine and in every run; one without created_at gets
-- the later of its post's and its person's, and __instaseed_kept remembers it.

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
INSERT INTO __instaseed_kept (what, id, second_id, given_at)
SELECT 'like_time', likes.user_id, likes.post_id,
    CASE WHEN users.created_at > posts.created_at THEN users.created_at ELSE posts.created_at END
FROM likes
JOIN posts ON posts.post_id = likes.post_id
JOIN users ON users.user_id = likes.user_id
WHERE likes.created_at IS NULL;
CREATE TABLE __instaseed_new_likes (
    like_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (like_id BETWEEN -2147483648 AND 2147483647),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT likes_user_id_post_id_key UNIQUE (user_id, post_id),
    CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO __instaseed_new_likes (like_id, post_id, user_id, created_at)
SELECT row_number() OVER (ORDER BY likes.user_id, likes.post_id),
    likes.post_id, likes.user_id, coalesce(likes.created_at, times.given_at)
FROM likes
LEFT JOIN __instaseed_kept AS times ON times.what = 'like_time' AND times.id = likes.user_id
    AND times.second_id = likes.post_id
ORDER BY likes.user_id, likes.post_id;
DROP TABLE likes;
ALTER TABLE __instaseed_new_likes RENAME TO likes;
CREATE INDEX likes_post_id_idx ON likes (post_id);
PRAGMA legacy_alter_table = OFF;
