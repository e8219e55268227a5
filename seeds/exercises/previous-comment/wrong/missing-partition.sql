-- Your previous comment can be on another photo. Keep the photos apart.
SELECT
    id,
    comment_text,
    LAG(comment_text) OVER (ORDER BY created_at, id) AS previous_text
FROM comments;
