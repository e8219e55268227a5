-- No photo passes. Did you treat only users who like every single photo as bots? 90 percent is enough.
WITH bots AS (
    SELECT user_id
    FROM likes
    GROUP BY user_id
    HAVING COUNT(*) = (SELECT COUNT(*) FROM photos)
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
