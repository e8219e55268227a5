-- Some of your users follow many accounts. A celebrity follows hardly anybody.
SELECT username, followers, followees
FROM (
    SELECT
        u.username,
        (SELECT COUNT(*) FROM follows f WHERE f.followee_id = u.id) AS followers,
        (SELECT COUNT(*) FROM follows f WHERE f.follower_id = u.id) AS followees
    FROM users u
) AS counts
WHERE followers >= 40;
