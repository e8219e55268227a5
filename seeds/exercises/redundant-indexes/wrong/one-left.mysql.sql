-- One redundant index is still there. A primary key is an index, too: which index repeats its beginning?
DROP INDEX comments_photo_id_idx ON comments;
