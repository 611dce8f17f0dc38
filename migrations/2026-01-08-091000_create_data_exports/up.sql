-- Everything that is known about a person, or of an organization, gathered in the background for whoever asked.
CREATE TABLE data_exports (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    organization_id uuid REFERENCES organizations ON DELETE CASCADE,
    section         smallint NOT NULL DEFAULT 0,
    after_row       jsonb,
    parts           integer NOT NULL DEFAULT 0,
    size_bytes      bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    ready_at        timestamptz,
    expires_at      timestamptz,
    CHECK ((ready_at IS NULL) = (expires_at IS NULL))
);
COMMENT ON TABLE data_exports IS 'Exports that people asked for: being gathered, or ready for a while.';
COMMENT ON COLUMN data_exports.user_id IS 'Who asked, and who alone may have it.';
COMMENT ON COLUMN data_exports.organization_id IS 'Of what organization; null where it is about the person.';
COMMENT ON COLUMN data_exports.section IS 'Which kind of thing is gathered next: a crash goes on from there.';
CREATE UNIQUE INDEX data_exports_one_at_a_time ON data_exports (user_id, organization_id) NULLS NOT DISTINCT WHERE ready_at IS NULL;
CREATE INDEX data_exports_user ON data_exports (user_id, id DESC);
CREATE INDEX data_exports_organization ON data_exports (organization_id);
CREATE INDEX data_exports_open ON data_exports (created_at) WHERE ready_at IS NULL;
CREATE INDEX data_exports_expires ON data_exports (expires_at);

CREATE TABLE data_export_parts (
    data_export_id uuid NOT NULL REFERENCES data_exports ON DELETE CASCADE,
    number         integer NOT NULL CHECK (number >= 0),
    body           text NOT NULL,
    PRIMARY KEY (data_export_id, number)
);
COMMENT ON TABLE data_export_parts IS 'The text of an export, in order.';
