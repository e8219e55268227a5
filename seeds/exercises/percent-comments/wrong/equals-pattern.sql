-- The equals sign compares the whole comment, letter by letter. It knows no wildcards.
SELECT id, comment_text, created_at
FROM comments
WHERE comment_text = '%100%%'
ORDER BY created_at, id;
