-- You found photos with likes by users who are not bots. You want the photos without any such like.
WITH bots AS (
    SELECT user_id
    FROM likes
    GROUP BY user_id
    HAVING COUNT(*) >= 0.9 * (SELECT COUNT(*) FROM photos)
)
SELECT DISTINCT l.photo_id
FROM likes l
WHERE l.user_id NOT IN (SELECT user_id FROM bots);
