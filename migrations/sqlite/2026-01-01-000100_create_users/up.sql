-- People come first: every other table of the course points at them. The character set and the
-- comparison are stated, because a server's default may be latin1 or ignore case, and then 'Anna'
-- and 'anna' could not both exist on one engine while they can on the others. SQLite keeps neither
-- the width of a VARCHAR nor the range of an INT by itself: the checks do, so that a row that fits
-- here fits the servers too. AUTOINCREMENT never gives the id of a deleted person to a new one. The
-- UNIQUE has a name because SQLAlchemy and drizzle do not see an inline one, and a moment is a DATETIME
-- because Django knows no TIMESTAMP.

CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    username VARCHAR(255) NOT NULL CHECK (length(username) <= 255),
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_username_key UNIQUE (username)
);
