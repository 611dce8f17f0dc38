DROP INDEX events_unmatched;
