-- You divided two whole numbers, and your database dropped the remainder.
SELECT (SELECT COUNT(*) FROM photos) / (SELECT COUNT(*) FROM users) AS photos_per_user;
