-- These are the tags that are in use. You want the others.
SELECT t.tag_name
FROM tags t
WHERE EXISTS (
    SELECT 1
    FROM photo_tags pt
    WHERE pt.tag_id = t.id
);
