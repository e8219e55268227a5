-- In your pairs one user follows the other. You have not checked that the other follows back.
SELECT a.username AS first_user, b.username AS second_user
FROM follows f
JOIN users a ON a.id = f.follower_id
JOIN users b ON b.id = f.followee_id
WHERE f.follower_id < f.followee_id;
