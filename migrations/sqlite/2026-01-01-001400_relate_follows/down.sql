-- Detached again, for users to take the course's form.

ALTER TABLE follows RENAME TO follows_old;
CREATE TABLE follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at FROM follows_old;
DROP TABLE follows_old;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);
