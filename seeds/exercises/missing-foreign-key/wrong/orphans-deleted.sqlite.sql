-- The rows without a user or photo are gone for good. They have to move to lost_bookmarks, and down has to bring them back.
CREATE TABLE lost_bookmarks (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    saved_at DATETIME NOT NULL,
    PRIMARY KEY (user_id, photo_id)
);
DELETE FROM bookmarks
WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = bookmarks.user_id)
   OR NOT EXISTS (SELECT 1 FROM photos WHERE photos.id = bookmarks.photo_id);
CREATE TABLE bookmarks_new (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    saved_at DATETIME NOT NULL,
    PRIMARY KEY (user_id, photo_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (photo_id) REFERENCES photos (id) ON DELETE CASCADE
);
INSERT INTO bookmarks_new (user_id, photo_id, saved_at)
SELECT user_id, photo_id, saved_at FROM bookmarks;
DROP TABLE bookmarks;
ALTER TABLE bookmarks_new RENAME TO bookmarks;
-- down
CREATE TABLE bookmarks_old (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    saved_at DATETIME NOT NULL,
    PRIMARY KEY (user_id, photo_id)
);
INSERT INTO bookmarks_old (user_id, photo_id, saved_at)
SELECT user_id, photo_id, saved_at FROM bookmarks;
DROP TABLE bookmarks;
ALTER TABLE bookmarks_old RENAME TO bookmarks;
INSERT INTO bookmarks (user_id, photo_id, saved_at)
SELECT user_id, photo_id, saved_at FROM lost_bookmarks;
DROP TABLE lost_bookmarks;
