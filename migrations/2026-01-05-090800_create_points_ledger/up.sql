-- The ledger is the truth; balances and totals are caches of it that change in the same transaction.
CREATE TABLE points_ledger (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users,
    sequence        bigint NOT NULL CHECK (sequence >= 1),
    points_change   integer NOT NULL CHECK (points_change <> 0),
    balance_after   bigint NOT NULL,
    reason          text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    rule            text NOT NULL,
    fact            text NOT NULL CHECK (char_length(fact) <= 500),
    event_id        uuid,
    event_provider  text,
    event_type      text,
    event_title     text,
    event_url       text,
    actor_id        uuid REFERENCES users,
    occurred_at     timestamptz NOT NULL,
    occurred_on     date NOT NULL,
    metadata        jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    UNIQUE (organization_id, user_id, sequence),
    UNIQUE (organization_id, user_id, rule, fact)
);
COMMENT ON TABLE points_ledger IS 'Append-only: every change of a balance, its reason and the balance after it.';
COMMENT ON COLUMN points_ledger.sequence IS 'Counts the entries of one member from 1, without gaps.';
COMMENT ON COLUMN points_ledger.fact IS 'What is paid once: the merge of pull request X, the push of a ref to a commit.';
COMMENT ON COLUMN points_ledger.event_id IS 'The event, without a foreign key: its partition may be gone.';
COMMENT ON COLUMN points_ledger.occurred_on IS 'The day it counts for, in the organization''s time zone when it was inserted.';
CREATE INDEX points_ledger_event ON points_ledger (event_id) WHERE event_id IS NOT NULL;

CREATE TRIGGER points_ledger_append_only BEFORE UPDATE OR DELETE ON points_ledger
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_running_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bigint := 0;
BEGIN
    IF NEW.sequence > 1 THEN
        SELECT balance_after INTO before FROM points_ledger
        WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id AND sequence = NEW.sequence - 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'ledger sequence % has no predecessor', NEW.sequence USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NEW.balance_after <> before + NEW.points_change THEN
        RAISE EXCEPTION 'balance_after % is not % + %', NEW.balance_after, before, NEW.points_change USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER points_ledger_running_balance BEFORE INSERT ON points_ledger
    FOR EACH ROW EXECUTE FUNCTION check_running_balance();

CREATE TABLE point_balances (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users,
    balance         bigint NOT NULL DEFAULT 0,
    entries         bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, user_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE point_balances IS 'Balance of a member; its row is the lock under which the ledger grows.';
COMMENT ON COLUMN point_balances.entries IS 'Sequence of the last ledger entry.';
CREATE INDEX point_balances_board ON point_balances (organization_id, balance DESC, user_id);

CREATE TABLE point_totals (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users,
    period          text NOT NULL CHECK (period IN ('DAY', 'WEEK', 'MONTH', 'QUARTER')),
    starts_on       date NOT NULL,
    points          bigint NOT NULL,
    entries         bigint NOT NULL CHECK (entries >= 1),
    PRIMARY KEY (organization_id, user_id, period, starts_on)
) WITH (fillfactor = 80);
COMMENT ON TABLE point_totals IS 'Points of a member in a period; moved with each ledger entry.';
CREATE INDEX point_totals_board ON point_totals (organization_id, period, starts_on, points DESC, user_id) INCLUDE (entries);
