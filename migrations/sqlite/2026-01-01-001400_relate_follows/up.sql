-- Who follows whom stays as the course has it; it only points at the platform's people now, and
-- goes with them when they are deleted.

ALTER TABLE follows RENAME TO follows_old;
CREATE TABLE follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT follows_followee_id_fkey FOREIGN KEY (followee_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (follower_id, followee_id)
) WITHOUT ROWID;
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT follower_id, followee_id, created_at FROM follows_old;
DROP TABLE follows_old;
CREATE INDEX follows_followee_id_idx ON follows (followee_id);
