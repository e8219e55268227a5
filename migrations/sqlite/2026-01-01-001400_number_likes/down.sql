-- The pair is the key again and the number goes, as metadata.toml declares. A moment that the step
-- up has given goes back to NULL, unless somebody has changed it since.

PRAGMA legacy_alter_table = ON;
CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500),
    given_at DATETIME,
    original VARCHAR(255),
    PRIMARY KEY (what, id, second_id)
) WITHOUT ROWID;
CREATE TABLE __instaseed_new_likes (
    user_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_likes (user_id, post_id, created_at)
SELECT likes.user_id, likes.post_id, CASE WHEN times.id IS NULL THEN likes.created_at END
FROM likes
LEFT JOIN __instaseed_kept AS times ON times.what = 'like_time' AND times.id = likes.user_id
    AND times.second_id = likes.post_id AND times.given_at = likes.created_at
ORDER BY likes.user_id, likes.post_id;
DROP TABLE likes;
ALTER TABLE __instaseed_new_likes RENAME TO likes;
CREATE INDEX likes_post_id_idx ON likes (post_id);
DELETE FROM __instaseed_kept WHERE what = 'like_time';
PRAGMA legacy_alter_table = OFF;
