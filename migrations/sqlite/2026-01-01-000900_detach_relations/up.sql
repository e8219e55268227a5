-- The way to the platform edition gives every table a new form. While another table points at it,
-- doing so is dangerous: SQLite's DROP TABLE deletes the rows first and takes the children along or
-- fails, MySQL refuses to change the column. So all foreign keys go here, children first, and the
-- following steps put the platform's in their place, parents first. SQLite cannot drop a
-- constraint: each child is built again without it. The old table steps aside under another name,
-- so that the new one is declared in exactly these words; sqlite_sequence moves along, so that the
-- id of a deleted row is not given again.

ALTER TABLE photo_tags RENAME TO photo_tags_old;
CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (photo_id, tag_id)
) WITHOUT ROWID;
INSERT INTO photo_tags (photo_id, tag_id)
SELECT photo_id, tag_id FROM photo_tags_old;
DROP TABLE photo_tags_old;
CREATE INDEX photo_tags_tag_id_photo_id_idx ON photo_tags (tag_id, photo_id);

ALTER TABLE follows RENAME TO follows_old;
CREATE TABLE follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at FROM follows_old;
DROP TABLE follows_old;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);

ALTER TABLE likes RENAME TO likes_old;
CREATE TABLE likes (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, photo_id)
) WITHOUT ROWID;
INSERT INTO likes (user_id, photo_id, created_at)
SELECT user_id, photo_id, created_at FROM likes_old;
DROP TABLE likes_old;
CREATE INDEX likes_photo_id_idx ON likes (photo_id);

ALTER TABLE comments RENAME TO comments_old;
CREATE TABLE comments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    comment_text VARCHAR(255) NOT NULL CHECK (length(comment_text) <= 255),
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at)
SELECT id, comment_text, photo_id, user_id, created_at FROM comments_old;
DELETE FROM sqlite_sequence WHERE name = 'comments';
INSERT INTO sqlite_sequence (name, seq) SELECT 'comments', seq FROM sqlite_sequence WHERE name = 'comments_old';
DROP TABLE comments_old;
CREATE INDEX comments_photo_id_created_at_idx ON comments (photo_id, created_at);
CREATE INDEX comments_user_id_idx ON comments (user_id);

ALTER TABLE photos RENAME TO photos_old;
CREATE TABLE photos (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    image_url VARCHAR(255) NOT NULL CHECK (length(image_url) <= 255),
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT id, image_url, user_id, created_at FROM photos_old;
DELETE FROM sqlite_sequence WHERE name = 'photos';
INSERT INTO sqlite_sequence (name, seq) SELECT 'photos', seq FROM sqlite_sequence WHERE name = 'photos_old';
DROP TABLE photos_old;
CREATE INDEX photos_user_id_created_at_idx ON photos (user_id, created_at);
