-- How long an organization keeps its audit log.
ALTER TABLE organizations ADD COLUMN audit_retention_days integer CHECK (audit_retention_days BETWEEN 30 AND 3650);
COMMENT ON COLUMN organizations.audit_retention_days IS 'Entries of the audit log older than this go; null keeps them for ever.';
