-- A celebrity is missing: a join drops users who follow nobody, although zero is at most three.
SELECT u.username, a.followers, b.followees
FROM users u
JOIN (SELECT followee_id, COUNT(*) AS followers FROM follows GROUP BY followee_id) AS a ON a.followee_id = u.id
JOIN (SELECT follower_id, COUNT(*) AS followees FROM follows GROUP BY follower_id) AS b ON b.follower_id = u.id
WHERE a.followers >= 40
  AND b.followees <= 3;
