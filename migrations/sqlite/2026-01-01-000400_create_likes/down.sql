-- Nothing points at likes.

DROP TABLE likes;
