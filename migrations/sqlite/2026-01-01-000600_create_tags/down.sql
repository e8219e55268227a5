-- Nothing points at tags any more when this runs.

DROP TABLE tags;
