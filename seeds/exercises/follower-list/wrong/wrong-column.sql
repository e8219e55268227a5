-- The query does not search by time. Which column is in its WHERE?
CREATE INDEX follows_created_at_idx ON follows (created_at);
