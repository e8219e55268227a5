-- Your join finds chains: A follows B, and B follows anybody. The second row has to lead back to A.
SELECT a.username AS first_user, b.username AS second_user
FROM follows f
JOIN follows g ON g.follower_id = f.followee_id
JOIN users a ON a.id = f.follower_id
JOIN users b ON b.id = f.followee_id
WHERE f.follower_id < f.followee_id;
