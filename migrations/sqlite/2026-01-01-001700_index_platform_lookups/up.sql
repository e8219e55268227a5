-- An application shows the newest first: the newest posts of all, the latest likes of a post, the
-- latest followers of a person. The indexes from the course find these rows but leave them to be
-- sorted, all of them, to show ten: these hold them in order. The feed (posts of the people that
-- one follows), a post's comments and media and a hashtag's page are served already by posts
-- (user_id, created_at), comments (post_id, created_at), media (post_id, media_order) and post_tags
-- (tag_id, post_id).

CREATE INDEX posts_created_at_idx ON posts (created_at);
CREATE INDEX likes_post_id_created_at_idx ON likes (post_id, created_at);
DROP INDEX likes_post_id_idx;
CREATE INDEX follows_followee_id_created_at_idx ON follows (followee_id, created_at);
DROP INDEX follows_followee_id_idx;
