-- After a plain rename the old programs fail at once. For a while both columns have to exist.
ALTER TABLE users RENAME COLUMN username TO handle;
-- down
ALTER TABLE users RENAME COLUMN handle TO username;
