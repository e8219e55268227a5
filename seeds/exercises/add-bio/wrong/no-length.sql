-- A bio can be longer than 150 characters. The length of the column is another one in the task.
ALTER TABLE users ADD COLUMN bio VARCHAR(255) NOT NULL DEFAULT '';
-- down
ALTER TABLE users DROP COLUMN bio;
