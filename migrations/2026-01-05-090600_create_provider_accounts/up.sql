-- People as the providers know them, keyed by (provider, instance, id): user 1 exists on every GitLab.
-- Some payloads name a person only by username; such a row has no external id until one arrives.
CREATE TABLE provider_accounts (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    provider        text NOT NULL CHECK (provider IN ('GITHUB', 'GITLAB', 'OPENPROJECT', 'SONARQUBE')),
    instance        text NOT NULL,
    external_id     text,
    username        citext,
    email           citext,
    display_name    text,
    avatar_url      text,
    is_bot          boolean NOT NULL DEFAULT false,
    user_id         uuid,
    linked_by       text CHECK (linked_by IN ('USERNAME', 'EMAIL', 'MANUAL')),
    linked_at       timestamptz,
    first_seen_at   timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    CHECK (external_id IS NOT NULL OR username IS NOT NULL OR email IS NOT NULL),
    CHECK ((user_id IS NULL) = (linked_at IS NULL)),
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
COMMENT ON TABLE provider_accounts IS 'People as the providers know them, and the member each was matched to.';
COMMENT ON COLUMN provider_accounts.instance IS 'Host of the provider''s installation, lower case, as in gitlab.example.com.';
CREATE UNIQUE INDEX provider_accounts_external_id ON provider_accounts (organization_id, provider, instance, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX provider_accounts_username_only ON provider_accounts (organization_id, provider, instance, username) WHERE external_id IS NULL AND username IS NOT NULL;
CREATE UNIQUE INDEX provider_accounts_email_only ON provider_accounts (organization_id, provider, instance, email) WHERE external_id IS NULL AND username IS NULL;
CREATE INDEX provider_accounts_username ON provider_accounts (organization_id, provider, instance, username);
CREATE INDEX provider_accounts_user ON provider_accounts (organization_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX provider_accounts_email ON provider_accounts (email) WHERE user_id IS NULL;
