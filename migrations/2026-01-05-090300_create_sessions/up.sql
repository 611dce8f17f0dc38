-- Signed-in sessions. Only hashes of tokens are stored; a session is a family of refresh tokens.
CREATE TABLE sessions (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    method        text NOT NULL CHECK (method IN ('DEMO', 'LINK', 'COMMAND')),
    is_remembered boolean NOT NULL DEFAULT false,
    address       text,
    user_agent    text,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    revoked_for   text CHECK (revoked_for IN ('SIGN_OUT', 'REVOKED', 'REFRESH_TOKEN_REUSED')),
    CHECK ((revoked_at IS NULL) = (revoked_for IS NULL))
);
COMMENT ON TABLE sessions IS 'Signed-in sessions; a revoked or expired one authenticates nothing.';
CREATE INDEX sessions_live ON sessions (user_id, last_used_at DESC) WHERE revoked_at IS NULL;

CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
COMMENT ON TABLE refresh_tokens IS 'SHA-256 of each refresh token issued; presenting a used one revokes its session.';
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE sign_in_links (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    email      citext NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
COMMENT ON TABLE sign_in_links IS 'One-time links for the first administrator; SHA-256 of the token.';
