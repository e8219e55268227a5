-- You find the comments that begin with the text. It can also come later in a comment.
SELECT id, comment_text, created_at
FROM comments
WHERE comment_text LIKE '100!%%' ESCAPE '!'
ORDER BY created_at, id;
