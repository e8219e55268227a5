-- The newest follows of all people come first in your index. The query wants those of one user.
CREATE INDEX follows_created_at_idx ON follows (created_at);
