-- Keys by which programs act. Secrets have 256 random bits, so their SHA-256 needs no salt and no slowness.
CREATE TABLE api_keys (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id         uuid,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    last_four       text NOT NULL CHECK (char_length(last_four) = 4),
    scopes          text[] NOT NULL CHECK (
        cardinality(scopes) > 0
        AND scopes <@ ARRAY['READ_METRICS', 'READ_REPOS', 'READ_TEAM', 'WRITE_WEBHOOKS', 'WRITE_NOTIFICATIONS', 'ADMIN_ORG',
                            'READ_POINTS', 'READ_REPORTS', 'READ_REVIEWS', 'WRITE_REPORTS']
    ),
    rate_limit      integer NOT NULL DEFAULT 100 CHECK (rate_limit BETWEEN 1 AND 10000),
    last_used_at    timestamptz,
    total_requests  bigint NOT NULL DEFAULT 0 CHECK (total_requests >= 0),
    expires_at      timestamptz,
    revoked_at      timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
COMMENT ON TABLE api_keys IS 'Keys by which programs act in one organization; a revoked one stays in view.';
COMMENT ON COLUMN api_keys.user_id IS 'Whose rights bound it; null where it belongs to the organization itself.';
COMMENT ON COLUMN api_keys.rate_limit IS 'Cost points of requests a minute.';
CREATE INDEX api_keys_user ON api_keys (organization_id, user_id);

CREATE TABLE api_key_secrets (
    secret_hash bytea PRIMARY KEY CHECK (octet_length(secret_hash) = 32),
    api_key_id  uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz
);
COMMENT ON TABLE api_key_secrets IS 'SHA-256 of each secret of a key: the current one, and those that a newer one has replaced and that still work for a while.';
CREATE UNIQUE INDEX api_key_secrets_current ON api_key_secrets (api_key_id) WHERE expires_at IS NULL;
CREATE INDEX api_key_secrets_key ON api_key_secrets (api_key_id);
