-- All photos of the people whom she follows are read, old ones too. What else does the query know about the photos?
CREATE INDEX photos_user_id_idx ON photos (user_id);
