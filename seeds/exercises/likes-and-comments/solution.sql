SELECT
    p.id AS photo_id,
    (SELECT COUNT(*) FROM likes l WHERE l.photo_id = p.id) AS likes,
    (SELECT COUNT(*) FROM comments c WHERE c.photo_id = p.id) AS comments
FROM photos p;
