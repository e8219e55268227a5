-- You counted the silent users only. Some bots do comment, and they are part of the share.
SELECT ROUND(100.0 * COUNT(*) / (SELECT COUNT(*) FROM users), 2) AS share_percent
FROM users u
WHERE NOT EXISTS (SELECT 1 FROM comments c WHERE c.user_id = u.id);
