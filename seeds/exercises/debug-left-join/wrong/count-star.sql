-- All users are there, but some who wrote nothing have a 1. COUNT(*) counts the row that the LEFT JOIN keeps for them.
SELECT u.username, COUNT(*) AS comments
FROM users u
LEFT JOIN comments c ON c.user_id = u.id
                    AND c.created_at >= '2024-01-01 00:00:00'
GROUP BY u.id, u.username;
