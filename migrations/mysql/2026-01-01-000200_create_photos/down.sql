-- Nothing points at photos any more when this runs.

DROP TABLE photos;
