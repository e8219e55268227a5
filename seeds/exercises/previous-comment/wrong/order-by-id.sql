-- You ordered the comments by id. An id says which row it is, not when the comment was written.
SELECT
    id,
    comment_text,
    LAG(comment_text) OVER (PARTITION BY photo_id ORDER BY id) AS previous_text
FROM comments;
