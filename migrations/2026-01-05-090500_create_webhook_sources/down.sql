DROP TABLE webhook_sources;
