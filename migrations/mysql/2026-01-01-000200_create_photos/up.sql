-- A photo without a person cannot exist: the foreign key refuses it. The key of the foreign key is
-- stated: one that InnoDB makes by itself also vanishes by itself as soon as another index serves,
-- and then no down could find the catalogue that it has to leave.

CREATE TABLE photos (
    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    image_url VARCHAR(255) NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    KEY user_id (user_id),
    CONSTRAINT photos_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
