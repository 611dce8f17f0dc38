-- When people are away. Two absences of one person never share a day: the exclusion constraint refuses it.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE absences (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('VACATION', 'SICK', 'PARENTAL', 'OTHER')),
    starts_on       date NOT NULL,
    ends_on         date NOT NULL,
    entered_by      uuid REFERENCES users ON DELETE SET NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE,
    CHECK (ends_on >= starts_on),
    CONSTRAINT absences_no_overlap EXCLUDE USING gist
        (organization_id WITH =, user_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
);
COMMENT ON TABLE absences IS 'Days on which a member is away: nobody is reminded of, or penalized for, such a day.';
COMMENT ON COLUMN absences.ends_on IS 'The last day, included.';
CREATE INDEX absences_listed ON absences (organization_id, starts_on DESC, id DESC);
CREATE INDEX absences_person ON absences (organization_id, user_id, starts_on DESC, id DESC);
CREATE INDEX absences_entered_by ON absences (entered_by);
