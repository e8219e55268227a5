-- Nothing points at comments.

DROP TABLE comments;
