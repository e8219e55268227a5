-- You divided two whole numbers before multiplying by 100, and the remainder was dropped.
SELECT COUNT(*) / (SELECT COUNT(*) FROM users) * 100 AS share_percent
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id)
   OR u.id IN (
        SELECT l.user_id
        FROM likes l
        GROUP BY l.user_id
        HAVING COUNT(*) = (SELECT COUNT(*) FROM photos)
   );
