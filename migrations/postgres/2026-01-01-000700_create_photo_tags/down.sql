-- Nothing points at photo_tags.

DROP TABLE photo_tags;
