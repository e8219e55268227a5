-- The tables keep to the course's reference; what its questions need on large data stands here.
-- Without these indexes a profile (photos of a person, newest first), a photo's page (its comments
-- in order, its likes), the list of followers and a hashtag's page each read a whole table, and so
-- does every deletion of a person or photo, to look for rows that point at it. A foreign key on
-- these columns always needs an index: the keys of the table are renamed or widened in one
-- statement, never missing in between.

ALTER TABLE photos ADD INDEX photos_user_id_created_at_idx (user_id, created_at), DROP INDEX user_id;
ALTER TABLE comments ADD INDEX comments_photo_id_created_at_idx (photo_id, created_at), DROP INDEX photo_id;
ALTER TABLE comments RENAME INDEX user_id TO comments_user_id_idx;
ALTER TABLE likes RENAME INDEX photo_id TO likes_photo_id_idx;
ALTER TABLE follows RENAME INDEX followee_id TO follows_followee_id_idx;
ALTER TABLE photo_tags ADD INDEX photo_tags_tag_id_photo_id_idx (tag_id, photo_id), DROP INDEX tag_id;
