-- The pair is the key: nobody likes a photo twice.

CREATE TABLE likes (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    created_at TIMESTAMP(0) DEFAULT date_trunc('second', CURRENT_TIMESTAMP AT TIME ZONE 'UTC'),
    CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT likes_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id),
    PRIMARY KEY (user_id, photo_id)
);
