-- A reason can be longer than 200 characters. The length of the column is another one in the task.
CREATE TABLE reports (
    report_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    photo_id INTEGER NOT NULL,
    reporter_id INTEGER,
    handled_by INTEGER,
    reason VARCHAR(255) NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (photo_id) REFERENCES photos (id) ON DELETE CASCADE,
    FOREIGN KEY (reporter_id) REFERENCES users (id) ON DELETE SET NULL,
    FOREIGN KEY (handled_by) REFERENCES users (id)
);
