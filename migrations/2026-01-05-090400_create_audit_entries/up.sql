-- Who did what, when. Ids and codes only, never names. Append-only: the trigger refuses every change.
CREATE TABLE audit_entries (
    id              uuid PRIMARY KEY,
    organization_id uuid REFERENCES organizations ON DELETE CASCADE,
    actor_kind      text NOT NULL CHECK (actor_kind IN ('USER', 'API_KEY', 'SYSTEM')),
    actor_id        uuid,
    action          text NOT NULL,
    target_kind     text,
    target_id       uuid,
    outcome         text NOT NULL DEFAULT 'SUCCESS' CHECK (outcome IN ('SUCCESS', 'DENIED', 'FAILED')),
    request_id      text,
    address         text,
    user_agent      text,
    metadata        jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL
);
COMMENT ON TABLE audit_entries IS 'Append-only log of who did what.';
CREATE INDEX audit_entries_organization ON audit_entries (organization_id, created_at DESC, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Retention, erasure and the removal of a whole organization announce themselves for one transaction.
    IF current_setting('devmetrics.maintenance', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
