-- The LEFT JOIN keeps the unused tags among all the others. Now select those without a partner.
SELECT DISTINCT t.tag_name
FROM tags t
LEFT JOIN photo_tags pt ON pt.tag_id = t.id;
