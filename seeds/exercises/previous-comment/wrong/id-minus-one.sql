-- The comment with the next lower id is rarely on the same photo. You need the one before it in time, on this photo.
SELECT c.id, c.comment_text, p.comment_text AS previous_text
FROM comments c
LEFT JOIN comments p ON p.id = c.id - 1
                    AND p.photo_id = c.photo_id;
