CREATE TABLE photo_views (
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    viewed_at TIMESTAMP NOT NULL
);
INSERT INTO photo_views (photo_id, user_id, viewed_at)
SELECT photo_id, user_id, created_at FROM likes
WHERE photo_id <> 5025;
INSERT INTO photo_views (photo_id, user_id, viewed_at)
SELECT photo_id, user_id, viewed_at FROM photo_views
WHERE photo_id BETWEEN 5030 AND 5039;
