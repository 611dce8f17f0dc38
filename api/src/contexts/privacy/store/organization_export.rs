//! Everything of an organization, read from wherever it is. Secrets, hashes of secrets and raw payloads are not given away.

use super::section::{Section, paged, whole};

/// What an export of an organization holds, by its id.
pub(in super::super) const OF_ORGANIZATION: &[Section] = &[
    whole(
        "organization",
        "SELECT id, name, slug::text, plan_type, time_zone, working_days, leaderboard_visibility, settings, created_at, updated_at
         FROM organizations WHERE id = $1",
    ),
    whole(
        "departments",
        "SELECT id, name, created_at FROM departments WHERE organization_id = $1 ORDER BY name",
    ),
    whole(
        "teams",
        "SELECT id, name, lead_id, department_id, created_at FROM teams WHERE organization_id = $1 ORDER BY name",
    ),
    whole(
        "members",
        "SELECT m.id, m.user_id, u.name, u.email::text, m.role, m.status, m.employee_id, m.department_id, m.created_at, m.removed_at
         FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.organization_id = $1 ORDER BY m.created_at, m.id",
    ),
    whole(
        "teamMembers",
        "SELECT team_id, user_id, is_primary, created_at FROM team_members WHERE organization_id = $1 ORDER BY team_id, user_id",
    ),
    whole(
        "holidays",
        "SELECT day, name FROM holidays WHERE organization_id = $1 ORDER BY day",
    ),
    whole(
        "absences",
        "SELECT user_id, kind, starts_on, ends_on, entered_by, created_at FROM absences WHERE organization_id = $1
         ORDER BY starts_on, id",
    ),
    whole(
        "invitations",
        "SELECT email::text, role, name, employee_id, team_id, invited_by, status, created_at, settled_at
         FROM invitations WHERE organization_id = $1 ORDER BY created_at, id",
    ),
    whole(
        "joinRules",
        "SELECT kind, value, created_at FROM join_rules WHERE organization_id = $1 ORDER BY kind, value",
    ),
    whole(
        "apiKeys",
        "SELECT id, user_id, name, last_four, scopes, rate_limit, last_used_at, total_requests, expires_at, revoked_at, created_at
         FROM api_keys WHERE organization_id = $1 ORDER BY created_at, id",
    ),
    whole(
        "webhookSources",
        "SELECT id, provider, name, is_enabled, created_by, created_at, deleted_at
         FROM webhook_sources WHERE organization_id = $1 ORDER BY created_at, id",
    ),
    whole(
        "providerAccounts",
        "SELECT id, provider, instance, external_id, username::text, email::text, display_name, is_bot, user_id, linked_by,
                linked_at, first_seen_at, last_seen_at
         FROM provider_accounts WHERE organization_id = $1 ORDER BY first_seen_at, id",
    ),
    whole(
        "pointBalances",
        "SELECT user_id, balance, entries FROM point_balances WHERE organization_id = $1 ORDER BY user_id",
    ),
    paged(
        "pointsLedger",
        "SELECT user_id, sequence, points_change, balance_after, reason, rule, event_id, event_provider, event_type, event_title,
                event_url, actor_id, occurred_at, occurred_on, created_at
         FROM points_ledger WHERE organization_id = $1",
        &[("user_id", "uuid"), ("sequence", "bigint")],
    ),
    paged(
        "events",
        "SELECT id, received_at, source_id, provider, event_type, status, title, url, repository_name, actor_name, user_id,
                occurred_at, points_awarded
         FROM events WHERE organization_id = $1",
        &[("received_at", "timestamptz"), ("id", "uuid")],
    ),
    paged(
        "auditLog",
        "SELECT id, created_at, actor_kind, actor_id, action, target_kind, target_id, outcome, request_id, address, user_agent,
                metadata
         FROM audit_entries WHERE organization_id = $1",
        &[("created_at", "timestamptz"), ("id", "uuid")],
    ),
];
