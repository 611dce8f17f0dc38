-- The organization that a person starts in.
ALTER TABLE memberships ADD COLUMN is_default boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN memberships.is_default IS 'Chosen by the person to start in; without a choice it is the one joined first.';
CREATE UNIQUE INDEX memberships_one_default ON memberships (user_id) WHERE is_default;
