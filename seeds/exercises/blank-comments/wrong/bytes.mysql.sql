-- Your function counts bytes. A letter such as ß needs two of them, so some texts of 200 characters are refused.
ALTER TABLE comments
    ADD CONSTRAINT comments_text_check CHECK (LENGTH(TRIM(comment_text)) BETWEEN 1 AND 200);
