-- The three tables whose key is a pair, without that key: for seeders that cannot keep to it. All else is the same.
ALTER TABLE likes DROP CONSTRAINT likes_pkey;
ALTER TABLE follows DROP CONSTRAINT follows_pkey;
ALTER TABLE photo_tags DROP CONSTRAINT photo_tags_pkey;
