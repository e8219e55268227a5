-- The query neither filters nor groups by time. Which column does it do both with?
CREATE INDEX likes_created_at_idx ON likes (created_at);
