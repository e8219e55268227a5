-- A post of the platform has a text and 1 to 10 media; a photo of the course is one image. Each
-- photo becomes a post of the same id without text and one medium of the same id: a VIDEO if its
-- URL ends in .mp4, .mov or .webm, else an IMAGE. A photo without created_at gets its owner's, and
-- course_photo_times remembers it. Nothing points at photos now, so dropping it takes nobody along.

CREATE TABLE course_photo_times (
    photo_id INTEGER NOT NULL PRIMARY KEY,
    created_at TIMESTAMP NOT NULL
);
INSERT INTO course_photo_times (photo_id, created_at)
SELECT photos.id, users.created_at FROM photos JOIN users ON users.user_id = photos.user_id
WHERE photos.created_at IS NULL;
CREATE TABLE posts (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (post_id BETWEEN -2147483648 AND 2147483647),
    user_id INTEGER NOT NULL,
    content TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO posts (post_id, user_id, content, created_at, updated_at)
SELECT photos.id, photos.user_id, NULL,
    coalesce(photos.created_at, times.created_at), coalesce(photos.created_at, times.created_at)
FROM photos
LEFT JOIN course_photo_times AS times ON times.photo_id = photos.id
ORDER BY photos.id;
DELETE FROM sqlite_sequence WHERE name = 'posts';
INSERT INTO sqlite_sequence (name, seq) SELECT 'posts', seq FROM sqlite_sequence WHERE name = 'photos';
CREATE TABLE media (
    media_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (media_id BETWEEN -2147483648 AND 2147483647),
    post_id INTEGER NOT NULL,
    media_url VARCHAR(255) NOT NULL CHECK (length(media_url) <= 255),
    media_type VARCHAR(5) NOT NULL,
    media_order INTEGER NOT NULL DEFAULT 1,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT media_post_id_media_order_key UNIQUE (post_id, media_order),
    CONSTRAINT media_media_type_check CHECK (media_type IN ('IMAGE', 'VIDEO')),
    CONSTRAINT media_media_order_check CHECK (media_order BETWEEN 1 AND 10),
    CONSTRAINT media_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO media (media_id, post_id, media_url, media_type, media_order, created_at)
SELECT photos.id, photos.id, photos.image_url,
    CASE
        WHEN lower(photos.image_url) LIKE '%.mp4'
            OR lower(photos.image_url) LIKE '%.mov'
            OR lower(photos.image_url) LIKE '%.webm' THEN 'VIDEO'
        ELSE 'IMAGE'
    END,
    1, coalesce(photos.created_at, times.created_at)
FROM photos
LEFT JOIN course_photo_times AS times ON times.photo_id = photos.id
ORDER BY photos.id;
DELETE FROM sqlite_sequence WHERE name = 'media';
INSERT INTO sqlite_sequence (name, seq) SELECT 'media', seq FROM sqlite_sequence WHERE name = 'photos';
DROP TABLE photos;
CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);
CREATE TRIGGER posts_set_updated_at AFTER UPDATE ON posts
FOR EACH ROW WHEN NEW.updated_at IS OLD.updated_at AND (
    NEW.post_id IS NOT OLD.post_id
    OR NEW.user_id IS NOT OLD.user_id
    OR NEW.content IS NOT OLD.content
    OR NEW.created_at IS NOT OLD.created_at
) BEGIN
    UPDATE posts SET updated_at = CURRENT_TIMESTAMP WHERE post_id = NEW.post_id;
END;
