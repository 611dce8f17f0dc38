-- The tenant, and who belongs to it. Composite foreign keys keep every reference inside one organization.
CREATE TABLE organizations (
    id                     uuid PRIMARY KEY,
    name                   text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    slug                   citext NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$'),
    github_id              bigint UNIQUE,
    is_personal            boolean NOT NULL DEFAULT false,
    plan_type              text NOT NULL DEFAULT 'ENTERPRISE' CHECK (plan_type IN ('FREE', 'PRO', 'ENTERPRISE')),
    plan_limits            jsonb,
    settings               jsonb NOT NULL DEFAULT '{}',
    time_zone              text NOT NULL DEFAULT 'UTC',
    leaderboard_visibility text NOT NULL DEFAULT 'NAMED' CHECK (leaderboard_visibility IN ('NAMED', 'ANONYMOUS', 'ADMINS_ONLY')),
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    deleted_at             timestamptz
);
COMMENT ON TABLE organizations IS 'The tenant: the boundary of every row, cache key, topic and permission.';
COMMENT ON COLUMN organizations.time_zone IS 'IANA name; days, weeks, months and quarters are cut in it.';

CREATE TABLE departments (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id)
);
COMMENT ON TABLE departments IS 'Groups of teams and people for department leaderboards.';

CREATE TABLE memberships (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('ADMIN', 'MEMBER', 'VIEWER')),
    status          text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('INVITED', 'ACTIVE', 'INACTIVE')),
    employee_id     text CHECK (char_length(employee_id) BETWEEN 1 AND 64),
    department_id   uuid,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    UNIQUE (organization_id, user_id),
    UNIQUE (organization_id, employee_id),
    FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) ON DELETE SET NULL (department_id)
);
COMMENT ON TABLE memberships IS 'A person in an organization, with a role.';
CREATE INDEX memberships_user_id ON memberships (user_id);

CREATE TABLE teams (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    lead_id         uuid,
    department_id   uuid,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, lead_id) REFERENCES memberships (organization_id, user_id) ON DELETE SET NULL (lead_id),
    FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id) ON DELETE SET NULL (department_id)
);
COMMENT ON TABLE teams IS 'Teams; the lead has extra rights over the members'' details and reports.';
CREATE INDEX teams_lead ON teams (organization_id, lead_id);

CREATE TABLE team_members (
    organization_id uuid NOT NULL,
    team_id         uuid NOT NULL,
    user_id         uuid NOT NULL,
    is_primary      boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (team_id, user_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
COMMENT ON TABLE team_members IS 'Who is in which team; one team of each person is primary, so that nothing counts twice.';
CREATE UNIQUE INDEX team_members_one_primary ON team_members (organization_id, user_id) WHERE is_primary;
CREATE INDEX team_members_user ON team_members (organization_id, user_id);
