-- People come first: every other table of the course points at them. The character set and the
-- comparison are stated, because a server's default may be latin1 or ignore case, and then 'Anna'
-- and 'anna' could not both exist on one engine while they can on the others. TIMESTAMP says NULL
-- in so many words: older servers would otherwise make it NOT NULL and move it at every UPDATE.

CREATE TABLE users (
    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    username VARCHAR(255) NOT NULL UNIQUE,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
