-- Look at the limit itself: a text with exactly 200 characters is allowed.
CREATE TRIGGER comments_text_insert
BEFORE INSERT ON comments
FOR EACH ROW WHEN LENGTH(TRIM(NEW.comment_text)) < 1 OR LENGTH(TRIM(NEW.comment_text)) >= 200
BEGIN
    SELECT RAISE(ABORT, 'a comment has 1 to 200 characters');
END;

CREATE TRIGGER comments_text_update
BEFORE UPDATE OF comment_text ON comments
FOR EACH ROW WHEN LENGTH(TRIM(NEW.comment_text)) < 1 OR LENGTH(TRIM(NEW.comment_text)) >= 200
BEGIN
    SELECT RAISE(ABORT, 'a comment has 1 to 200 characters');
END;
