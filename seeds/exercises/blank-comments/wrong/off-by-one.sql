-- Look at the limit itself: a text with exactly 200 characters is allowed.
ALTER TABLE comments
    ADD CONSTRAINT comments_text_check CHECK (CHAR_LENGTH(TRIM(comment_text)) > 0 AND CHAR_LENGTH(TRIM(comment_text)) < 200);
