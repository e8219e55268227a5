-- The pair is the key: nobody likes a photo twice. The primary key serves the foreign key on
-- user_id; the other one's key is stated, so that it does not vanish by itself.

CREATE TABLE likes (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, photo_id),
    KEY photo_id (photo_id),
    CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT likes_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
