-- A hashtag is stored once and pointed at; tag_name may be NULL, as the course has it, and several
-- NULLs do not clash.

CREATE TABLE tags (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    tag_name VARCHAR(255) CHECK (length(tag_name) <= 255),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT tags_tag_name_key UNIQUE (tag_name)
);
