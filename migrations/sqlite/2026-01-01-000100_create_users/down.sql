-- Nothing points at users any more when this runs: the later migrations went down before it.

DROP TABLE users;
