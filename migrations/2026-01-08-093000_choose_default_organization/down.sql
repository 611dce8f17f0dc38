DROP INDEX memberships_one_default;
ALTER TABLE memberships DROP COLUMN is_default;
