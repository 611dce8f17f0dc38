//! Everything that is known about a person, read from wherever it is. Secrets and hashes of secrets are not about the person.

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use shared::ids::UserId;

/// The sections of an export: a name, and the rows of it by the person's id.
pub(in super::super) const SECTIONS: &[(&str, &str)] = &[
    (
        "person",
        "SELECT id, email::text, email_verified_at, name, avatar_url, privacy_mode, preferences, is_operator,
                last_login_at, last_login_address, login_count, created_at, updated_at
         FROM users WHERE id = $1",
    ),
    (
        "signInAccounts",
        "SELECT method, issuer, subject, label, created_at, last_used_at FROM sign_in_accounts WHERE user_id = $1",
    ),
    (
        "sessions",
        "SELECT id, method, is_remembered, address, user_agent, created_at, last_used_at, expires_at, revoked_at, revoked_for
         FROM sessions WHERE user_id = $1 ORDER BY created_at",
    ),
    (
        "providerAccounts",
        "SELECT organization_id, provider, instance, external_id, username::text, email::text, display_name, avatar_url,
                linked_by, linked_at, first_seen_at, last_seen_at
         FROM provider_accounts WHERE user_id = $1",
    ),
    (
        "memberships",
        "SELECT o.name AS organization, m.organization_id, m.role, m.status, m.employee_id, m.created_at, m.removed_at
         FROM memberships m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1",
    ),
    (
        "teams",
        "SELECT t.name AS team, m.organization_id, m.is_primary, m.created_at
         FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1",
    ),
    (
        "absences",
        "SELECT organization_id, kind, starts_on, ends_on, created_at FROM absences WHERE user_id = $1 ORDER BY starts_on",
    ),
    (
        "apiKeys",
        "SELECT id, organization_id, name, last_four, scopes, last_used_at, total_requests, expires_at, revoked_at, created_at
         FROM api_keys WHERE user_id = $1",
    ),
    (
        "invitations",
        "SELECT organization_id, email::text, role, name, employee_id, status, created_at, settled_at
         FROM invitations WHERE email = (SELECT email FROM users WHERE id = $1) OR accepted_by = $1",
    ),
    (
        "mails",
        "SELECT kind, recipient::text, subject, status, created_at, sent_at
         FROM mails WHERE recipient = (SELECT email FROM users WHERE id = $1) ORDER BY created_at",
    ),
    (
        "pointBalances",
        "SELECT organization_id, balance, entries FROM point_balances WHERE user_id = $1",
    ),
    (
        "pointsLedger",
        "SELECT organization_id, sequence, points_change, balance_after, reason, rule, event_type, event_title, event_url,
                occurred_at, created_at
         FROM points_ledger WHERE user_id = $1 ORDER BY organization_id, sequence",
    ),
    (
        "events",
        "SELECT id, organization_id, provider, event_type, title, url, repository_name, actor_name, occurred_at, received_at,
                points_awarded
         FROM events WHERE user_id = $1
           AND organization_id IN (SELECT organization_id FROM memberships WHERE user_id = $1)
         ORDER BY received_at",
    ),
    (
        "auditLog",
        "SELECT organization_id, action, target_kind, target_id, outcome, address, user_agent, created_at
         FROM audit_entries WHERE actor_id = $1 ORDER BY created_at",
    ),
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    row: Value,
}

/// The rows of a section.
pub(in super::super) async fn read_section(
    conn: &mut AsyncPgConnection,
    query: &str,
    user: UserId,
) -> QueryResult<Vec<Value>> {
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT to_jsonb(found) AS row FROM ({query}) AS found"
    ))
    .bind::<SqlUuid, _>(user)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.row).collect())
}
