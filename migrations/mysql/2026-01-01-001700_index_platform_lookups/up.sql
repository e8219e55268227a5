-- An application shows the newest first: the newest posts of all, the latest likes of a post, the
-- latest followers of a person. The indexes from the course find these rows but leave them to be
-- sorted, all of them, to show ten: these hold them in order. The feed (posts of the people that
-- one follows), a post's comments and media and a hashtag's page are served already by posts
-- (user_id, created_at), comments (post_id, created_at), media (post_id, media_order) and post_tags
-- (tag_id, post_id). The old index goes in the statement that brings the wider one: a foreign key
-- needs one at any time.

ALTER TABLE posts ADD INDEX posts_created_at_idx (created_at);
ALTER TABLE likes
    ADD INDEX likes_post_id_created_at_idx (post_id, created_at),
    DROP INDEX likes_post_id_idx;
ALTER TABLE follows
    ADD INDEX follows_followee_id_created_at_idx (followee_id, created_at),
    DROP INDEX follows_followee_id_idx;
