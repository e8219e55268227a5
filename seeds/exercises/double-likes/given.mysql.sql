CREATE TABLE reactions (
    reaction_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    photo_id INTEGER NULL,
    comment_id INTEGER NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT reactions_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id),
    CONSTRAINT reactions_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments (id),
    CONSTRAINT reactions_one_target CHECK ((photo_id IS NULL) <> (comment_id IS NULL)),
    CONSTRAINT reactions_once UNIQUE (user_id, photo_id, comment_id)
);
INSERT INTO reactions (user_id, photo_id, created_at)
SELECT user_id, photo_id, created_at FROM likes ORDER BY user_id, photo_id;
INSERT INTO reactions (user_id, comment_id, created_at)
SELECT user_id, id, created_at FROM comments
WHERE NOT EXISTS (SELECT 1 FROM likes WHERE likes.user_id = comments.user_id AND likes.photo_id = comments.id)
ORDER BY id;
