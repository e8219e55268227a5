-- A comment needs both its photo and its person: either one missing is refused. An empty text is
-- allowed, as the course has it. The keys of the foreign keys are stated, so that none vanishes by
-- itself.

CREATE TABLE comments (
    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    comment_text VARCHAR(255) NOT NULL,
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    KEY user_id (user_id),
    KEY photo_id (photo_id),
    CONSTRAINT comments_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id),
    CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
