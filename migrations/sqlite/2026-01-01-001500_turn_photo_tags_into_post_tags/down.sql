-- The hashtags of a post become those of its photo again, detached, for posts to take the course's
-- form.

CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (photo_id, tag_id)
) WITHOUT ROWID;
INSERT INTO photo_tags (photo_id, tag_id) SELECT post_id, tag_id FROM post_tags;
DROP TABLE post_tags;
CREATE INDEX photo_tags_tag_id_photo_id_idx ON photo_tags (tag_id, photo_id);
