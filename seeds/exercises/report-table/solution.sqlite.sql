CREATE TABLE reports (
    report_id INTEGER PRIMARY KEY,
    photo_id INTEGER NOT NULL,
    reporter_id INTEGER,
    handled_by INTEGER,
    reason VARCHAR(200) NOT NULL CHECK (LENGTH(reason) <= 200),
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (photo_id) REFERENCES photos (id) ON DELETE CASCADE,
    FOREIGN KEY (reporter_id) REFERENCES users (id) ON DELETE SET NULL,
    FOREIGN KEY (handled_by) REFERENCES users (id)
);
