-- LAST_VALUE returns each photo itself, because its window ends at the current row. Tell it to look further.
SELECT DISTINCT
    u.username,
    FIRST_VALUE(p.id) OVER (PARTITION BY p.user_id ORDER BY p.created_at, p.id) AS first_photo,
    LAST_VALUE(p.id) OVER (PARTITION BY p.user_id ORDER BY p.created_at, p.id) AS latest_photo
FROM photos p
JOIN users u ON u.id = p.user_id;
