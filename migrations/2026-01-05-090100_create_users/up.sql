-- People, across organizations. What a person is within one organization stands in memberships.
CREATE TABLE users (
    id                 uuid PRIMARY KEY,
    email              citext NOT NULL UNIQUE CHECK (char_length(email) BETWEEN 3 AND 254 AND position('@' IN email) > 1),
    email_verified_at  timestamptz,
    name               text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    avatar_url         text,
    privacy_mode       boolean NOT NULL DEFAULT false,
    preferences        jsonb NOT NULL DEFAULT '{}',
    is_operator        boolean NOT NULL DEFAULT false,
    last_login_at      timestamptz,
    last_login_address text,
    login_count        integer NOT NULL DEFAULT 0,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL
);
COMMENT ON TABLE users IS 'People, across organizations.';
COMMENT ON COLUMN users.email_verified_at IS 'When the address was proven; only proven addresses match provider accounts.';
COMMENT ON COLUMN users.privacy_mode IS 'Others see this person as an anonymous row on leaderboards.';
COMMENT ON COLUMN users.is_operator IS 'Runs the instance: announcements, plans, jobs.';
