-- A photo with a bookmark can no longer be deleted. The task says what happens to the bookmark then.
CREATE TABLE lost_bookmarks (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    saved_at DATETIME NOT NULL,
    PRIMARY KEY (user_id, photo_id)
);
INSERT INTO lost_bookmarks (user_id, photo_id, saved_at)
SELECT user_id, photo_id, saved_at FROM bookmarks
WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = bookmarks.user_id)
   OR NOT EXISTS (SELECT 1 FROM photos WHERE photos.id = bookmarks.photo_id);
DELETE FROM bookmarks
WHERE EXISTS (
    SELECT 1 FROM lost_bookmarks
    WHERE lost_bookmarks.user_id = bookmarks.user_id AND lost_bookmarks.photo_id = bookmarks.photo_id
);
ALTER TABLE bookmarks
    ADD INDEX bookmarks_photo_id_idx (photo_id),
    ADD CONSTRAINT bookmarks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    ADD CONSTRAINT bookmarks_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id);
-- down
ALTER TABLE bookmarks
    DROP FOREIGN KEY bookmarks_user_id_fkey,
    DROP FOREIGN KEY bookmarks_photo_id_fkey;
ALTER TABLE bookmarks DROP INDEX bookmarks_photo_id_idx;
INSERT INTO bookmarks (user_id, photo_id, saved_at)
SELECT user_id, photo_id, saved_at FROM lost_bookmarks;
DROP TABLE lost_bookmarks;
