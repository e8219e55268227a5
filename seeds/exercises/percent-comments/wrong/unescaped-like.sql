-- Your pattern accepts 100 without a percent sign, because a plain % stands for any text.
SELECT id, comment_text, created_at
FROM comments
WHERE comment_text LIKE '%100%'
ORDER BY created_at, id;
