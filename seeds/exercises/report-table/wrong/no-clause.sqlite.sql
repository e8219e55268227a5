-- Without a clause every foreign key refuses the deletion. That is wanted for one of the three only.
CREATE TABLE reports (
    report_id INTEGER PRIMARY KEY,
    photo_id INTEGER NOT NULL,
    reporter_id INTEGER,
    handled_by INTEGER,
    reason VARCHAR(200) NOT NULL CHECK (LENGTH(reason) <= 200),
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (photo_id) REFERENCES photos (id),
    FOREIGN KEY (reporter_id) REFERENCES users (id),
    FOREIGN KEY (handled_by) REFERENCES users (id)
);
