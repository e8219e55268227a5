-- Nothing points at follows.

DROP TABLE follows;
