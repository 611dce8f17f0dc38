-- Email addresses and slugs compare without regard to case, in the database itself.
CREATE EXTENSION IF NOT EXISTS citext;
