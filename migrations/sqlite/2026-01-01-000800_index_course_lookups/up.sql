-- The tables keep to the course's reference; what its questions need on large data stands here.
-- Without these indexes a profile (photos of a person, newest first), a photo's page (its comments
-- in order, its likes), the list of followers and a hashtag's page each read a whole table, and so
-- does every deletion of a person or photo, to look for rows that point at it.

CREATE INDEX photos_user_id_created_at_idx ON photos (user_id, created_at);
CREATE INDEX comments_photo_id_created_at_idx ON comments (photo_id, created_at);
CREATE INDEX comments_user_id_idx ON comments (user_id);
CREATE INDEX likes_photo_id_idx ON likes (photo_id);
CREATE INDEX follows_followee_id_idx ON follows (followee_id);
CREATE INDEX photo_tags_tag_id_photo_id_idx ON photo_tags (tag_id, photo_id);
