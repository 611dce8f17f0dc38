-- Mail leaves by this table: queued in the transaction of the change that it tells of, sent afterwards.
CREATE TABLE mails (
    id              uuid PRIMARY KEY,
    organization_id uuid REFERENCES organizations ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind ~ '^[A-Z_]{1,40}$'),
    idempotency_key text NOT NULL UNIQUE CHECK (char_length(idempotency_key) BETWEEN 1 AND 200),
    recipient       citext NOT NULL CHECK (char_length(recipient) BETWEEN 3 AND 254),
    subject         text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 300),
    body_sealed     bytea,
    status          text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SENT', 'DEAD')),
    attempts        smallint NOT NULL DEFAULT 0,
    available_at    timestamptz NOT NULL,
    last_error      text CHECK (char_length(last_error) <= 500),
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    CHECK (status <> 'PENDING' OR body_sealed IS NOT NULL),
    CHECK ((status = 'SENT') = (sent_at IS NOT NULL))
);
COMMENT ON TABLE mails IS 'The outbox: queued with the change that a mail tells of, sent with retries, kept for 30 days.';
COMMENT ON COLUMN mails.organization_id IS 'Whose administrators may read it in the outbox; none for what is between the server and a person.';
COMMENT ON COLUMN mails.idempotency_key IS 'What is told once: queueing the same key again changes nothing.';
COMMENT ON COLUMN mails.body_sealed IS 'Text and HTML, sealed as they may hold links with tokens; gone once the mail is sent.';
CREATE INDEX mails_due ON mails (available_at) WHERE status = 'PENDING';
CREATE INDEX mails_organization ON mails (organization_id, id DESC);
CREATE INDEX mails_recipient ON mails (recipient);
CREATE INDEX mails_created ON mails (created_at);
