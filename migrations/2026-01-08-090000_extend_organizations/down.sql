DROP TABLE join_rules;
DROP TABLE holidays;
DROP INDEX organizations_deleted;
COMMENT ON COLUMN organizations.deleted_at IS NULL;
ALTER TABLE organizations DROP COLUMN working_days;
