-- Back to the indexes that the reference has.

DROP INDEX photo_tags_tag_id_photo_id_idx;
DROP INDEX follows_followee_id_idx;
DROP INDEX likes_photo_id_idx;
DROP INDEX comments_user_id_idx;
DROP INDEX comments_photo_id_created_at_idx;
DROP INDEX photos_user_id_created_at_idx;
