-- How far the made-up past of a demo has been told: a start after a crash goes on where it ended.
CREATE TABLE demo_histories (
    organization_id uuid PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
    company         smallint NOT NULL UNIQUE,
    seed            bigint NOT NULL,
    told_until      timestamptz NOT NULL
);
COMMENT ON TABLE demo_histories IS 'How far the made-up past of a demo has been told.';
COMMENT ON COLUMN demo_histories.company IS 'Which organization of the demo''s cast it is.';
COMMENT ON COLUMN demo_histories.seed IS 'Repeats every draw of chance, so that a history goes on as it would have gone.';
