-- Invitations into an organization. The link carries a token of which the hash finds the row.
CREATE TABLE invitations (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    email           citext NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254 AND position('@' IN email) > 1),
    role            text NOT NULL CHECK (role IN ('ADMIN', 'MEMBER', 'VIEWER')),
    name            text CHECK (char_length(name) BETWEEN 1 AND 200),
    employee_id     text CHECK (char_length(employee_id) BETWEEN 1 AND 64),
    team_id         uuid,
    invited_by      uuid REFERENCES users ON DELETE SET NULL,
    token_hash      bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    token_sealed    bytea NOT NULL,
    status          text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'ACCEPTED', 'REVOKED')),
    sendings        integer NOT NULL DEFAULT 1 CHECK (sendings >= 1),
    expires_at      timestamptz NOT NULL,
    accepted_by     uuid REFERENCES users ON DELETE SET NULL,
    settled_at      timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE SET NULL (team_id),
    CHECK ((status = 'PENDING') = (settled_at IS NULL))
);
COMMENT ON TABLE invitations IS 'Who was invited into an organization, as what, by whom, and what became of it.';
COMMENT ON COLUMN invitations.token_sealed IS 'The token of the link, for the inviter to copy; a new sending makes a new one.';
COMMENT ON COLUMN invitations.sendings IS 'How often it was mailed: each sending has a token of its own.';
CREATE UNIQUE INDEX invitations_pending ON invitations (organization_id, email) WHERE status = 'PENDING';
CREATE INDEX invitations_listed ON invitations (organization_id, id DESC);
CREATE INDEX invitations_pending_email ON invitations (email) WHERE status = 'PENDING';
CREATE INDEX invitations_invited_by ON invitations (invited_by);
CREATE INDEX invitations_accepted_by ON invitations (accepted_by);

-- A member who was removed keeps the row: what the person did here stays theirs. Nobody is shown it any more.
ALTER TABLE memberships ADD COLUMN removed_at timestamptz;
ALTER TABLE memberships ADD CONSTRAINT memberships_removed CHECK (removed_at IS NULL OR status = 'INACTIVE');
COMMENT ON COLUMN memberships.removed_at IS 'When the member was removed or left; an invitation brings them back.';
