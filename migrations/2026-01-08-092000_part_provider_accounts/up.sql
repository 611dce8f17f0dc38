-- Which account earned a ledger entry, so that an account that was taken for the wrong person's can be parted from them.
ALTER TABLE points_ledger ADD COLUMN account_id uuid, ADD COLUMN units integer CHECK (units >= 0);
COMMENT ON COLUMN points_ledger.account_id IS 'The account at a provider that earned it, without a foreign key: the entry outlives it.';
COMMENT ON COLUMN points_ledger.units IS 'Units of the fact, such as commits: what it is worth is reckoned anew where it goes to another person.';
CREATE INDEX points_ledger_account ON points_ledger (organization_id, account_id) WHERE account_id IS NOT NULL;

ALTER TABLE provider_accounts ADD COLUMN parted_from uuid[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN provider_accounts.parted_from IS 'Members whom somebody has said it is not: it is never matched to them by itself again.';
CREATE INDEX provider_accounts_listed ON provider_accounts (organization_id, last_seen_at DESC, id DESC) WHERE NOT is_bot;

CREATE TABLE parted_entries (
    entry_id        uuid PRIMARY KEY REFERENCES points_ledger ON DELETE CASCADE,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    times           integer NOT NULL CHECK (times >= 1),
    is_parted       boolean NOT NULL
);
COMMENT ON TABLE parted_entries IS 'Ledger entries that were taken back as their account was parted from the person, how often, and whether they are now.';
CREATE INDEX parted_entries_organization ON parted_entries (organization_id);

-- Who may be meant by an account is found by name, and by what stands before the @ of an address.
CREATE INDEX users_name ON users (lower(name));
CREATE INDEX users_local_part ON users (lower(split_part(email::text, '@', 1)));
