-- These photos were liked by a bot, but others may have liked them as well. You need photos that nobody else liked.
WITH bots AS (
    SELECT user_id
    FROM likes
    GROUP BY user_id
    HAVING COUNT(*) >= 0.9 * (SELECT COUNT(*) FROM photos)
)
SELECT DISTINCT l.photo_id
FROM likes l
WHERE l.user_id IN (SELECT user_id FROM bots);
