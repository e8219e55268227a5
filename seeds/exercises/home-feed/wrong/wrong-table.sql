-- follows is already found by its primary key. The large table of this query is photos.
CREATE INDEX follows_created_at_idx ON follows (created_at);
