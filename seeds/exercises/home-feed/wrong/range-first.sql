-- The column with the range is first in your index, so the new photos of everybody are read.
CREATE INDEX photos_created_at_user_id_idx ON photos (created_at, user_id);
