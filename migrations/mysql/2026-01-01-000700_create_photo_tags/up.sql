-- Which photo carries which hashtag: the pair is the key, so a photo carries a hashtag once. The
-- primary key serves the foreign key on photo_id; the other one's key is stated, so that it does
-- not vanish by itself.

CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (photo_id, tag_id),
    KEY tag_id (tag_id),
    CONSTRAINT photo_tags_photo_id_fkey FOREIGN KEY (photo_id) REFERENCES photos (id),
    CONSTRAINT photo_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
