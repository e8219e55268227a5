-- You count the comments of the year 2024 only. Since its beginning means later years too.
SELECT u.username, COUNT(c.id) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
                    AND strftime('%Y', c.created_at) = '2024'
GROUP BY u.id, u.username;
