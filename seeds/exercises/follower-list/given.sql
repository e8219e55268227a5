DROP INDEX follows_followee_id_idx;
