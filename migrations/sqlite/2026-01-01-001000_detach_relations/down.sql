-- The course's foreign keys come back, parents first; the runner checks them against all rows before it
-- commits. A parent is built before its children point at it, and is not dropped once they do.
-- A table is rebuilt in the order that SQLite documents: make the new one, copy, drop the old one, give
-- the new one its name. legacy_alter_table keeps that last rename from rewriting anything elsewhere.

PRAGMA legacy_alter_table = ON;

CREATE TABLE __instaseed_new_posts (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (post_id BETWEEN -2147483648 AND 2147483647),
    image_url VARCHAR(255) NOT NULL CHECK (length(image_url) <= 255),
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT photos_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
);
INSERT INTO __instaseed_new_posts (post_id, image_url, user_id, created_at)
SELECT post_id, image_url, user_id, created_at
FROM posts;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_posts';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_posts', seq FROM sqlite_sequence WHERE name = 'posts';
DROP TABLE posts;
ALTER TABLE __instaseed_new_posts RENAME TO posts;
CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);

CREATE TABLE __instaseed_new_comments (
    comment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (comment_id BETWEEN -2147483648 AND 2147483647),
    content VARCHAR(255) NOT NULL CHECK (length(content) <= 255),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT comments_photo_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id),
    CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
);
INSERT INTO __instaseed_new_comments (comment_id, content, post_id, user_id, created_at)
SELECT comment_id, content, post_id, user_id, created_at
FROM comments;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_comments';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_comments', seq FROM sqlite_sequence WHERE name = 'comments';
DROP TABLE comments;
ALTER TABLE __instaseed_new_comments RENAME TO comments;
CREATE INDEX comments_post_id_created_at_idx ON comments (post_id, created_at);
CREATE INDEX comments_user_id_idx ON comments (user_id);

CREATE TABLE __instaseed_new_likes (
    user_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id),
    CONSTRAINT likes_photo_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id),
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_likes (user_id, post_id, created_at)
SELECT user_id, post_id, created_at
FROM likes;
DROP TABLE likes;
ALTER TABLE __instaseed_new_likes RENAME TO likes;
CREATE INDEX likes_post_id_idx ON likes (post_id);

CREATE TABLE __instaseed_new_follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id),
    CONSTRAINT follows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id),
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at
FROM follows;
DROP TABLE follows;
ALTER TABLE __instaseed_new_follows RENAME TO follows;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);

CREATE TABLE __instaseed_new_post_tags (
    post_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT photo_tags_photo_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id),
    CONSTRAINT photo_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id),
    PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_post_tags (post_id, tag_id)
SELECT post_id, tag_id
FROM post_tags;
DROP TABLE post_tags;
ALTER TABLE __instaseed_new_post_tags RENAME TO post_tags;
CREATE INDEX post_tags_tag_id_post_id_idx ON post_tags (tag_id, post_id);

PRAGMA legacy_alter_table = OFF;
