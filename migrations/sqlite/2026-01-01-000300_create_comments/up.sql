-- A comment needs both its photo and its person: either one missing is refused. An empty text is
-- allowed, as the course has it.

CREATE TABLE comments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    comment_text VARCHAR(255) NOT NULL CHECK (length(comment_text) <= 255),
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT comments_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id),
    CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
