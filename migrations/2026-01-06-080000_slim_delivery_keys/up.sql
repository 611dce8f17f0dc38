-- Keys arrive in the order of their time, and only the clean-up asks by it: ranges of blocks serve it as well as a tree,
-- and cost a delivery next to nothing.
DROP INDEX delivery_keys_received;
CREATE INDEX delivery_keys_received ON delivery_keys USING brin (received_at);
