-- A comment of three spaces still passes. For your condition a space is a character like any other.
ALTER TABLE comments
    ADD CONSTRAINT comments_text_check CHECK (CHAR_LENGTH(comment_text) BETWEEN 1 AND 200);
