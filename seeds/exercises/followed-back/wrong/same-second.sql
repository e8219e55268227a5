-- A pair that followed each other in the same second is in your list. Nobody followed back later there.
SELECT
    a.username AS first_user,
    b.username AS second_user,
    f.created_at AS followed_at,
    g.created_at AS followed_back_at
FROM follows f
JOIN follows g ON g.follower_id = f.followee_id
              AND g.followee_id = f.follower_id
JOIN users a ON a.id = f.follower_id
JOIN users b ON b.id = f.followee_id
WHERE g.created_at >= f.created_at;
