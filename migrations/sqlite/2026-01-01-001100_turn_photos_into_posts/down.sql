-- A post becomes a photo again: the URL of its first medium, or 'about:blank' for a post without
-- any, which the database cannot forbid. A moment that the step up has given goes back to NULL
-- unless somebody has changed it since. What has no column here is declared in metadata.toml. media
-- goes before posts, which it points at: the other way round SQLite would delete or refuse.

CREATE TABLE photos (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647),
    image_url VARCHAR(255) NOT NULL CHECK (length(image_url) <= 255),
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO photos (id, image_url, user_id, created_at)
SELECT posts.post_id, coalesce(first.media_url, 'about:blank'), posts.user_id,
    CASE WHEN times.photo_id IS NULL THEN posts.created_at END
FROM posts
LEFT JOIN course_photo_times AS times ON times.photo_id = posts.post_id AND times.created_at = posts.created_at
LEFT JOIN media AS first ON first.post_id = posts.post_id AND NOT EXISTS (
    SELECT 1 FROM media AS earlier WHERE earlier.post_id = first.post_id AND earlier.media_order < first.media_order
)
ORDER BY posts.post_id;
DELETE FROM sqlite_sequence WHERE name = 'photos';
INSERT INTO sqlite_sequence (name, seq) SELECT 'photos', seq FROM sqlite_sequence WHERE name = 'posts';
DROP TABLE media;
DROP TABLE posts;
CREATE INDEX photos_user_id_created_at_idx ON photos (user_id, created_at);
DROP TABLE course_photo_times;
