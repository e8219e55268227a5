-- What ties a hashtag to a post goes when either of them is deleted; tags stays as the course has it.

PRAGMA legacy_alter_table = ON;
CREATE TABLE __instaseed_new_post_tags (
    post_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (post_id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT post_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id)
        ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_post_tags (post_id, tag_id)
SELECT post_id, tag_id
FROM post_tags;
DROP TABLE post_tags;
ALTER TABLE __instaseed_new_post_tags RENAME TO post_tags;
CREATE INDEX post_tags_tag_id_post_id_idx ON post_tags (tag_id, post_id);
PRAGMA legacy_alter_table = OFF;
