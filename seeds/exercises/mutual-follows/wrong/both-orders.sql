-- Every pair is in your list twice, once in each order. Decide which of the two you keep.
SELECT a.username AS first_user, b.username AS second_user
FROM follows f
JOIN follows g ON g.follower_id = f.followee_id
              AND g.followee_id = f.follower_id
JOIN users a ON a.id = f.follower_id
JOIN users b ON b.id = f.followee_id;
