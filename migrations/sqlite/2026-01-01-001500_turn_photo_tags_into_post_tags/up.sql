-- The hashtags of a photo become those of its post. tags stays as the course has it; what ties it
-- to posts goes when either of them is deleted.

CREATE TABLE post_tags (
    post_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT post_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;
INSERT INTO post_tags (post_id, tag_id) SELECT photo_id, tag_id FROM photo_tags;
DROP TABLE photo_tags;
CREATE INDEX post_tags_tag_id_post_id_idx ON post_tags (tag_id, post_id);
