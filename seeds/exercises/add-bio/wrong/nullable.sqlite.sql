-- The rows of today are filled, but the column still allows NULL, so the next program can write one.
ALTER TABLE users ADD COLUMN bio VARCHAR(150) CHECK (LENGTH(bio) <= 150);
UPDATE users SET bio = '';
-- down
ALTER TABLE users DROP COLUMN bio;
