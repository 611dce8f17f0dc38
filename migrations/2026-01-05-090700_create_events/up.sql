-- Raw events by month of reception, the keys that make a delivery count once, and the queue of what is not processed yet.
-- An event's id is a UUIDv7 of its reception, and received_at is exactly the id's own millisecond:
-- whoever has the id knows the partition.
CREATE TABLE events (
    id               uuid NOT NULL,
    organization_id  uuid NOT NULL,
    source_id        uuid NOT NULL,
    provider         text NOT NULL,
    delivery_key     text NOT NULL,
    provider_event   text,
    instance         text,
    payload          bytea,
    received_at      timestamptz NOT NULL,
    status           text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'PROCESSED', 'IGNORED', 'DEAD')),
    attempts         smallint NOT NULL DEFAULT 0,
    reason           text,
    processed_at     timestamptz,
    event_type       text,
    title            text,
    url              text,
    repository_name  text,
    actor_account_id uuid,
    actor_name       text,
    user_id          uuid,
    occurred_at      timestamptz,
    points_awarded   integer NOT NULL DEFAULT 0,
    PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);
COMMENT ON TABLE events IS 'Raw webhook events, partitioned by month of reception, and what became of them.';
COMMENT ON COLUMN events.payload IS 'The body exactly as received, bytes for bytes; parsed when processed.';
COMMENT ON COLUMN events.provider_event IS 'The provider''s own event name, from its header.';
COMMENT ON COLUMN events.instance IS 'Host of the provider''s installation as its header says it.';
COMMENT ON COLUMN events.event_type IS 'The neutral kind, or the provider''s own name where it is unknown.';
COMMENT ON COLUMN events.occurred_at IS 'The provider''s own time of what happened.';
CREATE INDEX events_organization ON events (organization_id, received_at DESC, id DESC);
CREATE INDEX events_user ON events (organization_id, user_id, received_at DESC, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX events_source ON events (source_id, received_at DESC, id DESC);
CREATE INDEX events_dead ON events (organization_id, received_at DESC, id DESC) WHERE status = 'DEAD';

CREATE FUNCTION ensure_event_partitions(first_day date, months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', first_day)::date;
BEGIN
    -- One creator at a time: two servers may start together.
    PERFORM pg_advisory_xact_lock(hashtext('ensure_event_partitions'));
    FOR step IN 0 .. months - 1 LOOP
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
            'events_' || to_char(month, 'YYYY_MM'),
            month::text || ' 00:00:00+00',
            (month + interval '1 month')::date::text || ' 00:00:00+00'
        );
        month := (month + interval '1 month')::date;
    END LOOP;
END $$;
COMMENT ON FUNCTION ensure_event_partitions IS 'Creates the monthly partitions of events that are missing, from the month of the day given.';

CREATE TABLE delivery_keys (
    source_id   uuid NOT NULL,
    key         text NOT NULL CHECK (char_length(key) <= 255),
    event_id    uuid NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (source_id, key)
);
COMMENT ON TABLE delivery_keys IS 'One row a delivery: a repeat finds its key and changes nothing. Outlives the event''s partition.';
CREATE INDEX delivery_keys_received ON delivery_keys (received_at);

CREATE TABLE event_queue (
    event_id        uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    received_at     timestamptz NOT NULL,
    attempts        smallint NOT NULL DEFAULT 0,
    available_at    timestamptz NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
COMMENT ON TABLE event_queue IS 'Events not yet processed; the row is locked while a worker has it and deleted with its effects.';
CREATE INDEX event_queue_available ON event_queue (available_at, event_id);

-- What an event would have paid a person nobody knows yet; paid when the account is linked.
CREATE TABLE unclaimed_credits (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    account_id      uuid NOT NULL REFERENCES provider_accounts ON DELETE CASCADE,
    event_id        uuid NOT NULL,
    rule            text NOT NULL,
    fact            text NOT NULL,
    quantity        jsonb NOT NULL DEFAULT '{}',
    occurred_at     timestamptz NOT NULL,
    UNIQUE (account_id, rule, fact)
);
COMMENT ON TABLE unclaimed_credits IS 'Facts that earned points for an account no member has claimed; credited when it is linked.';
