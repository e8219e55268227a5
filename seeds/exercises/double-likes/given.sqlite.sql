CREATE TABLE reactions (
    reaction_id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    photo_id INTEGER REFERENCES photos (id),
    comment_id INTEGER REFERENCES comments (id),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT reactions_one_target CHECK ((photo_id IS NULL) <> (comment_id IS NULL)),
    CONSTRAINT reactions_once UNIQUE (user_id, photo_id, comment_id)
);
INSERT INTO reactions (user_id, photo_id, created_at)
SELECT user_id, photo_id, created_at FROM likes ORDER BY user_id, photo_id;
INSERT INTO reactions (user_id, comment_id, created_at)
SELECT user_id, id, created_at FROM comments
WHERE NOT EXISTS (SELECT 1 FROM likes WHERE likes.user_id = comments.user_id AND likes.photo_id = comments.id)
ORDER BY id;
