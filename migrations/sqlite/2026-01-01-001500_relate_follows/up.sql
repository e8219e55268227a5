-- Who follows whom stays as the course has it; it only goes with the people when they are deleted.

PRAGMA legacy_alter_table = ON;
CREATE TABLE __instaseed_new_follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT follows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at
FROM follows;
DROP TABLE follows;
ALTER TABLE __instaseed_new_follows RENAME TO follows;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);
PRAGMA legacy_alter_table = OFF;
