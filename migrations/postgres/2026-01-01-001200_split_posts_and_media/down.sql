-- A post becomes a photo again: the URL of its first medium, or 'about:blank' for a post without
-- any, which the database cannot forbid. A moment that the step up has given goes back to NULL
-- unless somebody has changed it since. What has no column here is declared in metadata.toml. The
-- function brings the URL of each row into the rewrite of the table, where a subquery may not stand.

CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) COLLATE "C",
    given_at TIMESTAMP(0),
    original VARCHAR(255) COLLATE "C",
    PRIMARY KEY (what, id, second_id)
);
DROP TRIGGER posts_set_updated_at ON posts;
ALTER TABLE posts
    DROP CONSTRAINT posts_user_id_fkey,
    ALTER COLUMN created_at DROP NOT NULL,
    DROP COLUMN updated_at;
UPDATE posts SET created_at = NULL
FROM __instaseed_kept AS times
WHERE times.what = 'post_time' AND times.id = posts.post_id AND times.given_at = posts.created_at;
CREATE FUNCTION __instaseed_first_url(post INTEGER) RETURNS VARCHAR STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce((SELECT media_url FROM media WHERE post_id = post ORDER BY media_order LIMIT 1), 'about:blank');
END;
$$;
ALTER TABLE posts
    ALTER COLUMN content TYPE VARCHAR(255) COLLATE "C" USING __instaseed_first_url(post_id),
    ALTER COLUMN content SET NOT NULL;
ALTER TABLE posts RENAME COLUMN content TO image_url;
DROP FUNCTION __instaseed_first_url(INTEGER);
DROP TABLE media;
DELETE FROM __instaseed_kept WHERE what = 'post_time';
