DROP INDEX users_local_part;
DROP INDEX users_name;
DROP TABLE parted_entries;
DROP INDEX provider_accounts_listed;
ALTER TABLE provider_accounts DROP COLUMN parted_from;
DROP INDEX points_ledger_account;
ALTER TABLE points_ledger DROP COLUMN account_id, DROP COLUMN units;
