-- Your up part works. After the line -- down, write what undoes it, or the column stays.
ALTER TABLE users ADD COLUMN bio VARCHAR(150) NOT NULL DEFAULT '' CHECK (LENGTH(bio) <= 150);
-- down
