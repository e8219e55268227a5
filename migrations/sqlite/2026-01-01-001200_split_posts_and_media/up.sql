-- A post of the platform has a text and 1 to 10 media; a photo of the course is one image. Each
-- photo becomes a post of the same id without text and one medium of the same id: a VIDEO if its
-- URL ends in .mp4, .mov or .webm, else an IMAGE. A photo without created_at gets its owner's, and
-- __instaseed_kept remembers it. media is filled after posts has its new form: a medium that pointed at
-- the old table would go with it.

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
INSERT INTO __instaseed_kept (what, id, given_at)
SELECT 'post_time', posts.post_id, users.created_at FROM posts JOIN users ON users.user_id = posts.user_id
WHERE posts.created_at IS NULL;
CREATE TABLE __instaseed_urls (
    post_id INTEGER NOT NULL PRIMARY KEY,
    image_url VARCHAR(255) NOT NULL
);
INSERT INTO __instaseed_urls (post_id, image_url) SELECT post_id, image_url FROM posts ORDER BY post_id;
CREATE TABLE __instaseed_new_posts (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (post_id BETWEEN -2147483648 AND 2147483647),
    user_id INTEGER NOT NULL,
    content TEXT,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO __instaseed_new_posts (post_id, user_id, content, created_at, updated_at)
SELECT posts.post_id, posts.user_id, NULL,
    coalesce(posts.created_at, times.given_at), coalesce(posts.created_at, times.given_at)
FROM posts
LEFT JOIN __instaseed_kept AS times ON times.what = 'post_time' AND times.id = posts.post_id AND times.second_id = 0
ORDER BY posts.post_id;
DELETE FROM sqlite_sequence WHERE name = '__instaseed_new_posts';
INSERT INTO sqlite_sequence (name, seq) SELECT '__instaseed_new_posts', seq FROM sqlite_sequence WHERE name = 'posts';
DROP TABLE posts;
ALTER TABLE __instaseed_new_posts RENAME TO posts;
CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);
CREATE TABLE media (
    media_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (media_id BETWEEN -2147483648 AND 2147483647),
    post_id INTEGER NOT NULL,
    media_url VARCHAR(255) NOT NULL CHECK (length(media_url) <= 255),
    media_type VARCHAR(5) NOT NULL,
    media_order INTEGER NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT media_post_id_media_order_key UNIQUE (post_id, media_order),
    CONSTRAINT media_media_type_check CHECK (media_type IN ('IMAGE', 'VIDEO')),
    CONSTRAINT media_media_order_check CHECK (media_order BETWEEN 1 AND 10),
    CONSTRAINT media_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO media (media_id, post_id, media_url, media_type, media_order, created_at)
SELECT urls.post_id, urls.post_id, urls.image_url,
    CASE
        WHEN lower(urls.image_url) LIKE '%.mp4'
            OR lower(urls.image_url) LIKE '%.mov'
            OR lower(urls.image_url) LIKE '%.webm' THEN 'VIDEO'
        ELSE 'IMAGE'
    END,
    1, posts.created_at
FROM __instaseed_urls AS urls
JOIN posts ON posts.post_id = urls.post_id
ORDER BY urls.post_id;
DELETE FROM sqlite_sequence WHERE name = 'media';
INSERT INTO sqlite_sequence (name, seq) SELECT 'media', seq FROM sqlite_sequence WHERE name = 'posts';
DROP TABLE __instaseed_urls;
CREATE TRIGGER posts_set_updated_at AFTER UPDATE ON posts
FOR EACH ROW WHEN NEW.updated_at IS OLD.updated_at AND (
    NEW.post_id IS NOT OLD.post_id
    OR NEW.user_id IS NOT OLD.user_id
    OR NEW.content IS NOT OLD.content
    OR NEW.created_at IS NOT OLD.created_at
) BEGIN
    UPDATE posts SET updated_at = CURRENT_TIMESTAMP WHERE post_id = NEW.post_id;
END;
PRAGMA legacy_alter_table = OFF;
