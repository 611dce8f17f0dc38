DROP TABLE unclaimed_credits;
DROP TABLE event_queue;
DROP TABLE delivery_keys;
DROP TABLE events;
DROP FUNCTION ensure_event_partitions(date, integer);
