-- NOT NULL without a default: what do rows get that do not name the column, those of today and those of older programs?
ALTER TABLE users ADD COLUMN bio VARCHAR(150) NOT NULL CHECK (LENGTH(bio) <= 150);
-- down
ALTER TABLE users DROP COLUMN bio;
