-- Where events come from. Secrets are sealed with AES-256-GCM before they reach the database.
CREATE TABLE webhook_sources (
    id                   uuid PRIMARY KEY,
    organization_id      uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    provider             text NOT NULL CHECK (provider IN ('GITHUB', 'GITLAB', 'OPENPROJECT', 'SONARQUBE')),
    name                 text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    secret_sealed        bytea NOT NULL,
    signing_token_sealed bytea,
    is_enabled           boolean NOT NULL DEFAULT true,
    created_by           uuid REFERENCES users ON DELETE SET NULL,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    deleted_at           timestamptz,
    UNIQUE (organization_id, id)
);
COMMENT ON TABLE webhook_sources IS 'Where events come from: one address and secret each.';
COMMENT ON COLUMN webhook_sources.signing_token_sealed IS 'GitLab''s second scheme; where it is set, both must be right.';
CREATE UNIQUE INDEX webhook_sources_name ON webhook_sources (organization_id, name) WHERE deleted_at IS NULL;
