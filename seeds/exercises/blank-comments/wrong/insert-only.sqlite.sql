-- Your rule looks at new rows only. A comment that is already in the table can still be emptied.
CREATE TRIGGER comments_text_insert
BEFORE INSERT ON comments
FOR EACH ROW WHEN LENGTH(TRIM(NEW.comment_text)) NOT BETWEEN 1 AND 200
BEGIN
    SELECT RAISE(ABORT, 'a comment has 1 to 200 characters');
END;
