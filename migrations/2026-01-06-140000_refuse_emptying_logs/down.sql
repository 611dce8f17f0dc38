DROP TRIGGER points_ledger_never_emptied ON points_ledger;
DROP TRIGGER audit_entries_never_emptied ON audit_entries;
DROP FUNCTION refuse_emptying();
