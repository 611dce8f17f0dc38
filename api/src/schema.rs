//! The tables as diesel sees them. Regenerated from a migrated database; a test compares the two.

diesel::table! {
    /// SHA-256 of each secret of a key: the current one, and those that a newer one has replaced and that still work for a while.
    api_key_secrets (secret_hash) {
        secret_hash -> Bytea,
        api_key_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Keys by which programs act in one organization; a revoked one stays in view.
    api_keys (id) {
        id -> Uuid,
        organization_id -> Uuid,
        /// Whose rights bound it; null where it belongs to the organization itself.
        user_id -> Nullable<Uuid>,
        name -> Text,
        last_four -> Text,
        scopes -> Array<Text>,
        /// Cost points of requests a minute.
        rate_limit -> Int4,
        last_used_at -> Nullable<Timestamptz>,
        total_requests -> Int8,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Days on which a member is away: nobody is reminded of, or penalized for, such a day.
    absences (id) {
        id -> Uuid,
        organization_id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        starts_on -> Date,
        /// The last day, included.
        ends_on -> Date,
        entered_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Append-only log of who did what.
    audit_entries (id) {
        id -> Uuid,
        organization_id -> Nullable<Uuid>,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        action -> Text,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<Uuid>,
        outcome -> Text,
        request_id -> Nullable<Text>,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        metadata -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// The text of an export, in order.
    data_export_parts (data_export_id, number) {
        data_export_id -> Uuid,
        number -> Int4,
        body -> Text,
    }
}

diesel::table! {
    /// Exports that people asked for: being gathered, or ready for a while.
    data_exports (id) {
        id -> Uuid,
        /// Who asked, and who alone may have it.
        user_id -> Uuid,
        /// Of what organization; null where it is about the person.
        organization_id -> Nullable<Uuid>,
        /// Which kind of thing is gathered next: a crash goes on from there.
        section -> Int2,
        after_row -> Nullable<Jsonb>,
        parts -> Int4,
        size_bytes -> Int8,
        created_at -> Timestamptz,
        ready_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// One row a delivery: a repeat finds its key and changes nothing. Outlives the event's partition.
    delivery_keys (source_id, key) {
        source_id -> Uuid,
        key -> Text,
        event_id -> Uuid,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    /// How far the made-up past of a demo has been told.
    demo_histories (organization_id) {
        organization_id -> Uuid,
        /// Which organization of the demo's cast it is.
        company -> Int2,
        /// Repeats every draw of chance, so that a history goes on as it would have gone.
        seed -> Int8,
        told_until -> Timestamptz,
    }
}

diesel::table! {
    /// Groups of teams and people for department leaderboards.
    departments (id) {
        id -> Uuid,
        organization_id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// People who were erased, and how far their words are replaced in what others keep.
    erasures (id) {
        id -> Uuid,
        user_id -> Uuid,
        organization_ids -> Array<Uuid>,
        /// Name, addresses and logins to be replaced, sealed; gone when the erasure is done.
        words_sealed -> Nullable<Bytea>,
        stage -> Text,
        /// Up to here the stage is done, with the id beside it: a crash goes on from it.
        after_at -> Nullable<Timestamptz>,
        after_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Events not yet processed; the row is locked while a worker has it and deleted with its effects.
    event_queue (event_id) {
        event_id -> Uuid,
        organization_id -> Uuid,
        received_at -> Timestamptz,
        attempts -> Int2,
        available_at -> Timestamptz,
    }
}

diesel::table! {
    /// Raw webhook events, partitioned by month of reception, and what became of them.
    events (id, received_at) {
        id -> Uuid,
        organization_id -> Uuid,
        source_id -> Uuid,
        provider -> Text,
        delivery_key -> Text,
        /// The provider's own event name, from its header.
        provider_event -> Nullable<Text>,
        /// Host of the provider's installation as its header says it.
        instance -> Nullable<Text>,
        /// The body exactly as received, bytes for bytes; parsed when processed.
        payload -> Nullable<Bytea>,
        received_at -> Timestamptz,
        status -> Text,
        attempts -> Int2,
        reason -> Nullable<Text>,
        processed_at -> Nullable<Timestamptz>,
        /// The neutral kind, or the provider's own name where it is unknown.
        event_type -> Nullable<Text>,
        title -> Nullable<Text>,
        url -> Nullable<Text>,
        repository_name -> Nullable<Text>,
        actor_account_id -> Nullable<Uuid>,
        actor_name -> Nullable<Text>,
        user_id -> Nullable<Uuid>,
        /// The provider's own time of what happened.
        occurred_at -> Nullable<Timestamptz>,
        points_awarded -> Int4,
    }
}

diesel::table! {
    /// Days on which nobody of an organization works.
    holidays (organization_id, day) {
        organization_id -> Uuid,
        day -> Date,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Who was invited into an organization, as what, by whom, and what became of it.
    invitations (id) {
        id -> Uuid,
        organization_id -> Uuid,
        email -> Citext,
        role -> Text,
        name -> Nullable<Text>,
        employee_id -> Nullable<Text>,
        team_id -> Nullable<Uuid>,
        invited_by -> Nullable<Uuid>,
        token_hash -> Bytea,
        /// The token of the link, for the inviter to copy; a new sending makes a new one.
        token_sealed -> Bytea,
        status -> Text,
        /// How often it was mailed: each sending has a token of its own.
        sendings -> Int4,
        expires_at -> Timestamptz,
        accepted_by -> Nullable<Uuid>,
        settled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Whose people join an organization as they sign in: a directory's, or those of a proven address's domain.
    join_rules (id) {
        id -> Uuid,
        organization_id -> Uuid,
        kind -> Text,
        value -> Text,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// The outbox: queued with the change that a mail tells of, sent with retries, kept for 30 days.
    mails (id) {
        id -> Uuid,
        /// Whose administrators may read it in the outbox; none for what is between the server and a person.
        organization_id -> Nullable<Uuid>,
        kind -> Text,
        /// What is told once: queueing the same key again changes nothing.
        idempotency_key -> Text,
        recipient -> Citext,
        subject -> Text,
        /// Text and HTML, sealed as they may hold links with tokens; gone once the mail is sent.
        body_sealed -> Nullable<Bytea>,
        status -> Text,
        attempts -> Int2,
        available_at -> Timestamptz,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A person in an organization, with a role.
    memberships (id) {
        id -> Uuid,
        organization_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        status -> Text,
        employee_id -> Nullable<Text>,
        department_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// When the member was removed or left; an invitation brings them back.
        removed_at -> Nullable<Timestamptz>,
        /// Chosen by the person to start in; without a choice it is the one joined first.
        is_default -> Bool,
    }
}

diesel::table! {
    /// The tenant: the boundary of every row, cache key, topic and permission.
    organizations (id) {
        id -> Uuid,
        name -> Text,
        slug -> Citext,
        github_id -> Nullable<Int8>,
        is_personal -> Bool,
        plan_type -> Text,
        plan_limits -> Nullable<Jsonb>,
        settings -> Jsonb,
        /// IANA name; days, weeks, months and quarters are cut in it.
        time_zone -> Text,
        leaderboard_visibility -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// Since when nobody sees it; it can be restored for 30 days from then.
        deleted_at -> Nullable<Timestamptz>,
        /// Days of the week on which people work, Monday being 1.
        working_days -> Array<Int2>,
        /// Entries of the audit log older than this go; null keeps them for ever.
        audit_retention_days -> Nullable<Int4>,
    }
}

diesel::table! {
    /// Ledger entries that were taken back as their account was parted from the person, how often, and whether they are now.
    parted_entries (entry_id) {
        entry_id -> Uuid,
        organization_id -> Uuid,
        times -> Int4,
        is_parted -> Bool,
    }
}

diesel::table! {
    /// Balance of a member; its row is the lock under which the ledger grows.
    point_balances (organization_id, user_id) {
        organization_id -> Uuid,
        user_id -> Uuid,
        balance -> Int8,
        /// Sequence of the last ledger entry.
        entries -> Int8,
    }
}

diesel::table! {
    /// Points of a member in a period; moved with each ledger entry.
    point_totals (organization_id, user_id, period, starts_on) {
        organization_id -> Uuid,
        user_id -> Uuid,
        period -> Text,
        starts_on -> Date,
        points -> Int8,
        entries -> Int8,
    }
}

diesel::table! {
    /// Append-only: every change of a balance, its reason and the balance after it.
    points_ledger (id) {
        id -> Uuid,
        organization_id -> Uuid,
        user_id -> Uuid,
        /// Counts the entries of one member from 1, without gaps.
        sequence -> Int8,
        points_change -> Int4,
        balance_after -> Int8,
        reason -> Text,
        rule -> Text,
        /// What is paid once: the merge of pull request X, the push of a ref to a commit.
        fact -> Text,
        /// The event, without a foreign key: its partition may be gone.
        event_id -> Nullable<Uuid>,
        event_provider -> Nullable<Text>,
        event_type -> Nullable<Text>,
        event_title -> Nullable<Text>,
        event_url -> Nullable<Text>,
        actor_id -> Nullable<Uuid>,
        occurred_at -> Timestamptz,
        /// The day it counts for, in the organization's time zone when it was inserted.
        occurred_on -> Date,
        metadata -> Jsonb,
        created_at -> Timestamptz,
        /// The account at a provider that earned it, without a foreign key: the entry outlives it.
        account_id -> Nullable<Uuid>,
        /// Units of the fact, such as commits: what it is worth is reckoned anew where it goes to another person.
        units -> Nullable<Int4>,
    }
}

diesel::table! {
    /// People as the providers know them, and the member each was matched to.
    provider_accounts (id) {
        id -> Uuid,
        organization_id -> Uuid,
        provider -> Text,
        /// Host of the provider's installation, lower case, as in gitlab.example.com.
        instance -> Text,
        external_id -> Nullable<Text>,
        username -> Nullable<Citext>,
        email -> Nullable<Citext>,
        display_name -> Nullable<Text>,
        avatar_url -> Nullable<Text>,
        is_bot -> Bool,
        user_id -> Nullable<Uuid>,
        linked_by -> Nullable<Text>,
        linked_at -> Nullable<Timestamptz>,
        first_seen_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        /// Members whom somebody has said it is not: it is never matched to them by itself again.
        parted_from -> Array<Uuid>,
    }
}

diesel::table! {
    /// SHA-256 of each refresh token issued; presenting a used one revokes its session.
    refresh_tokens (token_hash) {
        token_hash -> Bytea,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Signed-in sessions; a revoked or expired one authenticates nothing.
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        method -> Text,
        is_remembered -> Bool,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoked_for -> Nullable<Text>,
    }
}

diesel::table! {
    /// Accounts at identity providers by which people sign in.
    sign_in_accounts (id) {
        id -> Uuid,
        user_id -> Uuid,
        method -> Text,
        issuer -> Text,
        /// The provider's own id of the person: never reused, unlike names and addresses.
        subject -> Text,
        /// The login name or address there, as the person knows it.
        label -> Nullable<Text>,
        /// Access and refresh token of the provider, sealed.
        tokens_sealed -> Nullable<Bytea>,
        tokens_expire_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    /// Sign-ins that wait for the provider's answer; one is spent by the first answer.
    sign_in_attempts (state_hash) {
        state_hash -> Bytea,
        /// SHA-256 of the cookie of the browser that began it.
        browser_hash -> Bytea,
        method -> Text,
        /// Nonce, PKCE verifier and where to go on, sealed.
        sealed -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    /// One-time links for the first administrator; SHA-256 of the token.
    sign_in_links (token_hash) {
        token_hash -> Bytea,
        email -> Citext,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Who is in which team; one team of each person is primary, so that nothing counts twice.
    team_members (team_id, user_id) {
        organization_id -> Uuid,
        team_id -> Uuid,
        user_id -> Uuid,
        is_primary -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Teams; the lead has extra rights over the members' details and reports.
    teams (id) {
        id -> Uuid,
        organization_id -> Uuid,
        name -> Text,
        lead_id -> Nullable<Uuid>,
        department_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Facts that earned points for an account no member has claimed; credited when it is linked.
    unclaimed_credits (id) {
        id -> Uuid,
        organization_id -> Uuid,
        account_id -> Uuid,
        event_id -> Uuid,
        rule -> Text,
        fact -> Text,
        quantity -> Jsonb,
        occurred_at -> Timestamptz,
    }
}

diesel::table! {
    /// People, across organizations.
    users (id) {
        id -> Uuid,
        email -> Citext,
        /// When the address was proven; only proven addresses match provider accounts.
        email_verified_at -> Nullable<Timestamptz>,
        name -> Text,
        avatar_url -> Nullable<Text>,
        /// Others see this person as an anonymous row on leaderboards.
        privacy_mode -> Bool,
        preferences -> Jsonb,
        /// Runs the instance: announcements, plans, jobs.
        is_operator -> Bool,
        last_login_at -> Nullable<Timestamptz>,
        last_login_address -> Nullable<Text>,
        login_count -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Where events come from: one address and secret each.
    webhook_sources (id) {
        id -> Uuid,
        organization_id -> Uuid,
        provider -> Text,
        name -> Text,
        secret_sealed -> Bytea,
        /// GitLab's second scheme; where it is set, both must be right.
        signing_token_sealed -> Nullable<Bytea>,
        is_enabled -> Bool,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    absences,
    api_key_secrets,
    api_keys,
    audit_entries,
    data_export_parts,
    data_exports,
    delivery_keys,
    demo_histories,
    departments,
    erasures,
    event_queue,
    events,
    holidays,
    invitations,
    join_rules,
    mails,
    memberships,
    organizations,
    parted_entries,
    point_balances,
    point_totals,
    points_ledger,
    provider_accounts,
    refresh_tokens,
    sessions,
    sign_in_accounts,
    sign_in_attempts,
    sign_in_links,
    team_members,
    teams,
    unclaimed_credits,
    users,
    webhook_sources,
);
