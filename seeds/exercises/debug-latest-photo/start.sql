SELECT DISTINCT
    u.username,
    FIRST_VALUE(p.id) OVER (PARTITION BY p.user_id ORDER BY p.created_at, p.id) AS first_photo,
    LAST_VALUE(p.id) OVER (PARTITION BY p.user_id ORDER BY p.created_at, p.id) AS latest_photo
FROM photos p
JOIN users u ON u.id = p.user_id;
