-- Signing in at a provider: what is under way, and by which accounts people sign in.
CREATE TABLE sign_in_attempts (
    state_hash bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    browser_hash bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
    method     text NOT NULL CHECK (method IN ('MICROSOFT', 'GITHUB', 'OIDC')),
    sealed     bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_attempts IS 'Sign-ins that wait for the provider''s answer; one is spent by the first answer.';
COMMENT ON COLUMN sign_in_attempts.browser_hash IS 'SHA-256 of the cookie of the browser that began it.';
COMMENT ON COLUMN sign_in_attempts.sealed IS 'Nonce, PKCE verifier and where to go on, sealed.';
CREATE INDEX sign_in_attempts_expires_at ON sign_in_attempts (expires_at);

CREATE TABLE sign_in_accounts (
    id                uuid PRIMARY KEY,
    user_id           uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    method            text NOT NULL CHECK (method IN ('MICROSOFT', 'GITHUB', 'OIDC')),
    issuer            text NOT NULL CHECK (char_length(issuer) BETWEEN 1 AND 1000),
    subject           text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
    label             text CHECK (char_length(label) BETWEEN 1 AND 254),
    tokens_sealed     bytea,
    tokens_expire_at  timestamptz,
    created_at        timestamptz NOT NULL,
    last_used_at      timestamptz NOT NULL,
    UNIQUE (issuer, subject)
);
COMMENT ON TABLE sign_in_accounts IS 'Accounts at identity providers by which people sign in.';
COMMENT ON COLUMN sign_in_accounts.subject IS 'The provider''s own id of the person: never reused, unlike names and addresses.';
COMMENT ON COLUMN sign_in_accounts.label IS 'The login name or address there, as the person knows it.';
COMMENT ON COLUMN sign_in_accounts.tokens_sealed IS 'Access and refresh token of the provider, sealed.';
CREATE INDEX sign_in_accounts_user ON sign_in_accounts (user_id);

ALTER TABLE sessions DROP CONSTRAINT sessions_method_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_method_check
    CHECK (method IN ('DEMO', 'LINK', 'COMMAND', 'MICROSOFT', 'GITHUB', 'OIDC'));
