-- Which photo carries which hashtag: the pair is the key, so a photo carries a hashtag once.

CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT photo_tags_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id),
    CONSTRAINT photo_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id),
    PRIMARY KEY (photo_id, tag_id)
);
