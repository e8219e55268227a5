-- The pair is the key again and the number goes, as metadata.toml declares. A moment that the step
-- up has given goes back to NULL, unless somebody has changed it since.

CREATE TABLE IF NOT EXISTS __instaseed_kept (
    what VARCHAR(20) NOT NULL,
    id INTEGER NOT NULL,
    second_id INTEGER NOT NULL DEFAULT 0,
    given VARCHAR(500) COLLATE "C",
    given_at TIMESTAMP(0),
    original VARCHAR(255) COLLATE "C",
    PRIMARY KEY (what, id, second_id)
);
ALTER TABLE likes
    DROP CONSTRAINT likes_post_id_fkey,
    DROP CONSTRAINT likes_user_id_fkey,
    DROP CONSTRAINT likes_user_id_post_id_key,
    DROP CONSTRAINT likes_pkey,
    DROP COLUMN like_id,
    ALTER COLUMN created_at DROP NOT NULL;
UPDATE likes SET created_at = NULL
FROM __instaseed_kept AS times
WHERE times.what = 'like_time' AND times.id = likes.user_id AND times.second_id = likes.post_id
    AND times.given_at = likes.created_at;
ALTER TABLE likes ADD CONSTRAINT likes_pkey PRIMARY KEY (user_id, post_id);
DELETE FROM __instaseed_kept WHERE what = 'like_time';
