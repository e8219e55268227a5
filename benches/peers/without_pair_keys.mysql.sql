-- The three tables whose key is a pair, without that key: for seeders that cannot keep to it. All else is the same, but
-- that InnoDB wants an index for the foreign key that the pair's key served.
ALTER TABLE likes DROP PRIMARY KEY, ADD INDEX likes_user_id_idx (user_id);
ALTER TABLE follows DROP PRIMARY KEY, ADD INDEX follows_follower_id_idx (follower_id);
ALTER TABLE photo_tags DROP PRIMARY KEY, ADD INDEX photo_tags_photo_id_idx (photo_id);
