-- The way to the platform edition gives every table a new form. While another table of ours points at
-- it, doing so is dangerous: SQLite's DROP TABLE deletes the rows first and takes the children along or
-- fails, MySQL refuses to change the column. So our own foreign keys go here, children first, and the
-- following steps put the platform's in their place, parents first. SQLite cannot drop a constraint:
-- each child is built again without it. sqlite_sequence moves along, so that the id of a deleted row is
-- not given again.
-- A table is rebuilt in the order that SQLite documents: make the new one, copy, drop the old one, give
-- the new one its name. legacy_alter_table keeps that last rename from rewriting anything elsewhere.

PRAGMA legacy_alter_table = ON;

CREATE TABLE __instaseed_new_post_tags (
    post_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_post_tags (post_id, tag_id)
SELECT post_id, tag_id
FROM post_tags;
DROP TABLE post_tags;
ALTER TABLE __instaseed_new_post_tags RENAME TO post_tags;
CREATE INDEX post_tags_tag_id_post_id_idx ON post_tags (tag_id, post_id);

CREATE TABLE __instaseed_new_follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at
FROM follows;
DROP TABLE follows;
ALTER TABLE __instaseed_new_follows RENAME TO follows;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);

CREATE TABLE __instaseed_new_likes (
    user_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_likes (user_id, post_id, created_at)
SELECT user_id, post_id, created_at
FROM likes;
DROP TABLE likes;
ALTER TABLE __instaseed_new_likes RENAME TO likes;
CREATE INDEX likes_post_id_idx ON likes (post_id);

CREATE TABLE __instaseed_new_comments (
    comment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (comment_id BETWEEN -2147483648 AND 2147483647),
    content VARCHAR(255) NOT NULL CHECK (length(content) <= 255),
    post_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
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

CREATE TABLE __instaseed_new_posts (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (post_id BETWEEN -2147483648 AND 2147483647),
    image_url VARCHAR(255) NOT NULL CHECK (length(image_url) <= 255),
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __instaseed_new_posts (post_id, image_url, user_id, created_at)
SELECT post_id, image_url, user_id, created_at
FROM posts;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_posts';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_posts', seq FROM sqlite_sequence WHERE name = 'posts';
DROP TABLE posts;
ALTER TABLE __instaseed_new_posts RENAME TO posts;
CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);

PRAGMA legacy_alter_table = OFF;
