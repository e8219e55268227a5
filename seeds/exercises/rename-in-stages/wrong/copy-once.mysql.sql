-- The names are equal at this moment only. The next INSERT or UPDATE lets the columns drift apart.
ALTER TABLE users ADD COLUMN handle VARCHAR(255) NULL;
UPDATE users SET handle = username;
-- down
ALTER TABLE users DROP COLUMN handle;
