-- A hashtag is stored once and pointed at; tag_name may be NULL, as the course has it, and several
-- NULLs do not clash.

CREATE TABLE tags (
    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tag_name VARCHAR(255) UNIQUE,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
