DROP TABLE absences;
DROP EXTENSION btree_gist;
