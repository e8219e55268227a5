ALTER TABLE comments
    ADD CONSTRAINT comments_text_check CHECK (CHAR_LENGTH(TRIM(comment_text)) BETWEEN 1 AND 200);
