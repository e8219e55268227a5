-- A comment of the first second of 2024 is missing from your count. The beginning belongs to the year.
SELECT u.username, COUNT(c.id) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
                    AND c.created_at > '2024-01-01 00:00:00'
GROUP BY u.id, u.username;
