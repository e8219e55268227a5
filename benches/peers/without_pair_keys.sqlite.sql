-- The three tables whose key is a pair, without that key: for seeders that cannot keep to it. All else is the same.
DROP TABLE photo_tags;
DROP TABLE follows;
DROP TABLE likes;
CREATE TABLE likes (
    user_id INTEGER NOT NULL REFERENCES users (id),
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE follows (
    follower_id INTEGER NOT NULL REFERENCES users (id),
    followee_id INTEGER NOT NULL REFERENCES users (id),
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    tag_id INTEGER NOT NULL REFERENCES tags (id)
);
CREATE INDEX likes_photo_id_idx ON likes (photo_id);
CREATE INDEX follows_followee_id_idx ON follows (followee_id);
CREATE INDEX photo_tags_tag_id_photo_id_idx ON photo_tags (tag_id, photo_id);
