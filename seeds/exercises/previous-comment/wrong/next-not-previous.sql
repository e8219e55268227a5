-- You show the comment that comes after. Look at the function, or at the direction of the order.
SELECT
    id,
    comment_text,
    LEAD(comment_text) OVER (PARTITION BY photo_id ORDER BY created_at, id) AS previous_text
FROM comments;
