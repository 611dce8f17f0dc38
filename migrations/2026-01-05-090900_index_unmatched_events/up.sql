-- An account that is linked to a member brings its earlier events along; without this, linking would read every event.
CREATE INDEX events_unmatched ON events (organization_id, actor_account_id)
    WHERE user_id IS NULL AND actor_account_id IS NOT NULL;
