-- The rows without a user or photo are gone for good. They have to move to lost_bookmarks, and down has to bring them back.
CREATE TABLE lost_bookmarks (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    saved_at TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (user_id, photo_id)
);
DELETE FROM bookmarks
WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = bookmarks.user_id)
   OR NOT EXISTS (SELECT 1 FROM photos WHERE photos.id = bookmarks.photo_id);
ALTER TABLE bookmarks
    ADD CONSTRAINT bookmarks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    ADD CONSTRAINT bookmarks_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id) ON DELETE CASCADE;
-- down
ALTER TABLE bookmarks
    DROP CONSTRAINT bookmarks_user_id_fkey,
    DROP CONSTRAINT bookmarks_photo_id_fkey;
INSERT INTO bookmarks (user_id, photo_id, saved_at)
SELECT user_id, photo_id, saved_at FROM lost_bookmarks;
DROP TABLE lost_bookmarks;
