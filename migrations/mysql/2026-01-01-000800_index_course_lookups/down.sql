-- Back to the indexes that the reference has. The key that a foreign key needs is there again in
-- the same statement that drops the wider one.

ALTER TABLE photo_tags ADD INDEX tag_id (tag_id), DROP INDEX photo_tags_tag_id_photo_id_idx;
ALTER TABLE follows RENAME INDEX follows_followee_id_idx TO followee_id;
ALTER TABLE likes RENAME INDEX likes_photo_id_idx TO photo_id;
ALTER TABLE comments RENAME INDEX comments_user_id_idx TO user_id;
ALTER TABLE comments ADD INDEX photo_id (photo_id), DROP INDEX comments_photo_id_created_at_idx;
ALTER TABLE photos ADD INDEX user_id (user_id), DROP INDEX photos_user_id_created_at_idx;
