-- A photo without a person cannot exist: the foreign key refuses it.

CREATE TABLE photos (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    image_url VARCHAR(255) NOT NULL CHECK (length(image_url) <= 255),
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT photos_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
