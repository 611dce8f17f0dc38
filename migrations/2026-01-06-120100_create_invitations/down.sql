ALTER TABLE memberships DROP CONSTRAINT memberships_removed;
ALTER TABLE memberships DROP COLUMN removed_at;
DROP TABLE invitations;
