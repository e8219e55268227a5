-- Likes of photos are safe now. Look at the other half of the table: what happens if somebody likes the same comment twice?
CREATE UNIQUE INDEX reactions_user_photo_key ON reactions (user_id, photo_id);
