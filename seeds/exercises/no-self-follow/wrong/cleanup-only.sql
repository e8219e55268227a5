-- You remove the self-follows that are there today. Nothing stops the next one: the table needs a rule that stays.
DELETE FROM follows WHERE follower_id = followee_id;
