DROP INDEX delivery_keys_received;
CREATE INDEX delivery_keys_received ON delivery_keys (received_at);
