-- The end of an organization, the days it works, and who joins it without being asked.
ALTER TABLE organizations
    ADD COLUMN working_days smallint[] NOT NULL DEFAULT '{1,2,3,4,5}'
        CHECK (cardinality(working_days) >= 1 AND working_days <@ ARRAY[1, 2, 3, 4, 5, 6, 7]::smallint[]);
COMMENT ON COLUMN organizations.working_days IS 'Days of the week on which people work, Monday being 1.';
COMMENT ON COLUMN organizations.deleted_at IS 'Since when nobody sees it; it can be restored for 30 days from then.';
CREATE INDEX organizations_deleted ON organizations (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE holidays (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    day             date NOT NULL,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, day)
);
COMMENT ON TABLE holidays IS 'Days on which nobody of an organization works.';

CREATE TABLE join_rules (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN ('ENTRA_TENANT', 'EMAIL_DOMAIN')),
    value           text NOT NULL CHECK (value = lower(value) AND char_length(value) BETWEEN 3 AND 253),
    created_by      uuid REFERENCES users ON DELETE SET NULL,
    created_at      timestamptz NOT NULL,
    UNIQUE (kind, value, organization_id)
);
COMMENT ON TABLE join_rules IS 'Whose people join an organization as they sign in: a directory''s, or those of a proven address''s domain.';
CREATE INDEX join_rules_organization ON join_rules (organization_id);
CREATE INDEX join_rules_created_by ON join_rules (created_by);
