-- Detached again, for users to take the course's form.

PRAGMA legacy_alter_table = ON;
CREATE TABLE __instaseed_new_follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at
FROM follows;
DROP TABLE follows;
ALTER TABLE __instaseed_new_follows RENAME TO follows;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);
PRAGMA legacy_alter_table = OFF;
