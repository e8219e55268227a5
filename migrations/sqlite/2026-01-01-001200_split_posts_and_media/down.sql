-- A post becomes a photo again: the URL of its first medium, or 'about:blank' for a post without
-- any, which the database cannot forbid. A moment that the step up has given goes back to NULL
-- unless somebody has changed it since. What has no column here is declared in metadata.toml. media
-- goes before posts, which it points at: the other way round SQLite would delete or refuse.

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
CREATE TABLE __instaseed_new_posts (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (post_id BETWEEN -2147483648 AND 2147483647),
    image_url VARCHAR(255) NOT NULL CHECK (length(image_url) <= 255),
    user_id INTEGER NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __instaseed_new_posts (post_id, image_url, user_id, created_at)
SELECT posts.post_id, coalesce(first.media_url, 'about:blank'), posts.user_id,
    CASE WHEN times.id IS NULL THEN posts.created_at END
FROM posts
LEFT JOIN __instaseed_kept AS times ON times.what = 'post_time' AND times.id = posts.post_id AND times.second_id = 0
    AND times.given_at = posts.created_at
LEFT JOIN media AS first ON first.post_id = posts.post_id AND NOT EXISTS (
    SELECT 1 FROM media AS earlier WHERE earlier.post_id = first.post_id AND earlier.media_order < first.media_order
)
ORDER BY posts.post_id;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_posts';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_posts', seq FROM sqlite_sequence WHERE name = 'posts';
DROP TABLE media;
DROP TABLE posts;
ALTER TABLE __instaseed_new_posts RENAME TO posts;
CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);
DELETE FROM __instaseed_kept WHERE what = 'post_time';
PRAGMA legacy_alter_table = OFF;
