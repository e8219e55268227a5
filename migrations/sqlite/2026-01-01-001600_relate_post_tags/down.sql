-- Detached again, for posts to take the course's form.

PRAGMA legacy_alter_table = ON;
CREATE TABLE __instaseed_new_post_tags (
    post_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;
INSERT INTO __instaseed_new_post_tags (post_id, tag_id)
SELECT post_id, tag_id
FROM post_tags;
DROP TABLE post_tags;
ALTER TABLE __instaseed_new_post_tags RENAME TO post_tags;
CREATE INDEX post_tags_tag_id_post_id_idx ON post_tags (tag_id, post_id);
PRAGMA legacy_alter_table = OFF;
