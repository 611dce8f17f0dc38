-- What is left to do for people who were erased: their words in stored events and ledger entries are replaced in batches.
CREATE TABLE erasures (
    id               uuid PRIMARY KEY,
    user_id          uuid NOT NULL REFERENCES users,
    organization_ids uuid[] NOT NULL,
    words_sealed     bytea,
    stage            text NOT NULL DEFAULT 'EVENTS' CHECK (stage IN ('EVENTS', 'ENTRIES', 'UNCLAIMED', 'DONE')),
    after_at         timestamptz,
    after_id         uuid,
    created_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    CHECK ((stage = 'DONE') = (words_sealed IS NULL)),
    CHECK ((stage = 'DONE') = (finished_at IS NOT NULL))
);
COMMENT ON TABLE erasures IS 'People who were erased, and how far their words are replaced in what others keep.';
COMMENT ON COLUMN erasures.words_sealed IS 'Name, addresses and logins to be replaced, sealed; gone when the erasure is done.';
COMMENT ON COLUMN erasures.after_at IS 'Up to here the stage is done, with the id beside it: a crash goes on from it.';
CREATE INDEX erasures_open ON erasures (created_at) WHERE stage <> 'DONE';
