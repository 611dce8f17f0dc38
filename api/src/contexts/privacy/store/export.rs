//! Everything that is known about a person, read from wherever it is. Secrets and hashes of secrets are not about the person.

use super::section::{Section, paged, whole};

/// What an export of a person holds, by the person's id.
pub(in super::super) const OF_PERSON: &[Section] = &[
    whole(
        "person",
        "SELECT id, email::text, email_verified_at, name, avatar_url, privacy_mode, preferences, is_operator,
                last_login_at, last_login_address, login_count, created_at, updated_at
         FROM users WHERE id = $1",
    ),
    whole(
        "signInAccounts",
        "SELECT method, issuer, subject, label, created_at, last_used_at FROM sign_in_accounts WHERE user_id = $1",
    ),
    whole(
        "sessions",
        "SELECT id, method, is_remembered, address, user_agent, created_at, last_used_at, expires_at, revoked_at, revoked_for
         FROM sessions WHERE user_id = $1 ORDER BY created_at",
    ),
    whole(
        "providerAccounts",
        "SELECT organization_id, provider, instance, external_id, username::text, email::text, display_name, avatar_url,
                linked_by, linked_at, first_seen_at, last_seen_at
         FROM provider_accounts WHERE user_id = $1",
    ),
    whole(
        "memberships",
        "SELECT o.name AS organization, m.organization_id, m.role, m.status, m.employee_id, m.created_at, m.removed_at
         FROM memberships m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1",
    ),
    whole(
        "teams",
        "SELECT t.name AS team, m.organization_id, m.is_primary, m.created_at
         FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1",
    ),
    whole(
        "absences",
        "SELECT organization_id, kind, starts_on, ends_on, created_at FROM absences WHERE user_id = $1 ORDER BY starts_on",
    ),
    whole(
        "apiKeys",
        "SELECT id, organization_id, name, last_four, scopes, last_used_at, total_requests, expires_at, revoked_at, created_at
         FROM api_keys WHERE user_id = $1",
    ),
    whole(
        "invitations",
        "SELECT organization_id, email::text, role, name, employee_id, status, created_at, settled_at
         FROM invitations WHERE email = (SELECT email FROM users WHERE id = $1) OR accepted_by = $1",
    ),
    whole(
        "dataExports",
        "SELECT id, organization_id, created_at, ready_at, expires_at FROM data_exports WHERE user_id = $1 ORDER BY created_at",
    ),
    whole(
        "mails",
        "SELECT kind, recipient::text, subject, status, created_at, sent_at
         FROM mails WHERE recipient = (SELECT email FROM users WHERE id = $1) ORDER BY created_at",
    ),
    whole(
        "pointBalances",
        "SELECT organization_id, balance, entries FROM point_balances WHERE user_id = $1",
    ),
    paged(
        "pointsLedger",
        "SELECT organization_id, sequence, points_change, balance_after, reason, rule, event_type, event_title, event_url,
                occurred_at, created_at
         FROM points_ledger WHERE user_id = $1",
        &[("organization_id", "uuid"), ("sequence", "bigint")],
    ),
    paged(
        "events",
        "SELECT id, organization_id, provider, event_type, title, url, repository_name, actor_name, occurred_at, received_at,
                points_awarded
         FROM events WHERE user_id = $1
           AND organization_id IN (SELECT organization_id FROM memberships WHERE user_id = $1)",
        &[("received_at", "timestamptz"), ("id", "uuid")],
    ),
    paged(
        "auditLog",
        "SELECT id, organization_id, action, target_kind, target_id, outcome, address, user_agent, created_at
         FROM audit_entries WHERE actor_id = $1",
        &[("created_at", "timestamptz"), ("id", "uuid")],
    ),
];
