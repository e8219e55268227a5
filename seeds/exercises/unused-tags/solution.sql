SELECT t.tag_name
FROM tags t
WHERE NOT EXISTS (
    SELECT 1
    FROM photo_tags pt
    WHERE pt.tag_id = t.id
);
