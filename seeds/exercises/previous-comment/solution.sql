SELECT
    id,
    comment_text,
    LAG(comment_text) OVER (PARTITION BY photo_id ORDER BY created_at, id) AS previous_text
FROM comments;
