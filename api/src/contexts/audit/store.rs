//! SQL of the log: it only grows.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use shared::audit::{AuditAction, AuditActorKind, AuditOutcome};
use shared::ids::{AuditEntryId, OrganizationId, UserId};
use uuid::Uuid;

use super::model::{EntryFilter, EntrySlice, RecordedEntry};
use crate::access::OrgScope;
use crate::schema::audit_entries;

#[derive(Insertable)]
#[diesel(table_name = audit_entries)]
pub(super) struct NewEntry {
    pub(super) id: Uuid,
    pub(super) organization_id: Option<Uuid>,
    pub(super) actor_kind: AuditActorKind,
    pub(super) actor_id: Option<Uuid>,
    pub(super) action: &'static str,
    pub(super) target_kind: Option<&'static str>,
    pub(super) target_id: Option<Uuid>,
    pub(super) outcome: &'static str,
    pub(super) request_id: Option<String>,
    pub(super) address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) metadata: Value,
    pub(super) created_at: DateTime<Utc>,
}

pub(super) async fn insert_entries(
    conn: &mut AsyncPgConnection,
    entries: &[NewEntry],
) -> QueryResult<()> {
    diesel::insert_into(audit_entries::table)
        .values(entries)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
struct EntryRow {
    id: AuditEntryId,
    actor_kind: AuditActorKind,
    actor_id: Option<Uuid>,
    action: AuditAction,
    target_kind: Option<String>,
    target_id: Option<Uuid>,
    outcome: AuditOutcome,
    request_id: Option<String>,
    address: Option<String>,
    user_agent: Option<String>,
    metadata: Value,
    created_at: DateTime<Utc>,
}

impl From<EntryRow> for RecordedEntry {
    fn from(row: EntryRow) -> Self {
        Self {
            id: row.id,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            action: row.action,
            target_kind: row.target_kind,
            target_id: row.target_id,
            outcome: row.outcome,
            request_id: row.request_id,
            address: row.address,
            user_agent: row.user_agent,
            metadata: row.metadata,
            created_at: row.created_at,
        }
    }
}

fn filtered<'a>(scope: &OrgScope, filter: &EntryFilter) -> audit_entries::BoxedQuery<'a, Pg> {
    let mut query = audit_entries::table
        .filter(audit_entries::organization_id.eq(Uuid::from(scope.organization_id())))
        .into_boxed();
    if let Some(actor) = filter.actor_id {
        query = query
            .filter(audit_entries::actor_kind.eq(AuditActorKind::User))
            .filter(audit_entries::actor_id.eq(Uuid::from(actor)));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit_entries::action.eq(action));
    }
    if let Some(target) = filter.target_id {
        query = query.filter(audit_entries::target_id.eq(target));
    }
    if let Some(outcome) = filter.outcome {
        query = query.filter(audit_entries::outcome.eq(outcome));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::created_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_entries::created_at.lt(to));
    }
    query
}

/// Newest first; oldest first where the slice counts from the end.
pub(super) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    filter: &EntryFilter,
    slice: &EntrySlice,
) -> QueryResult<Vec<RecordedEntry>> {
    let mut query = filtered(scope, filter).limit(slice.limit);
    // The first half bounds the walk of the index, the second settles entries of one moment.
    if let Some((at, id)) = slice.after {
        query = query.filter(audit_entries::created_at.le(at)).filter(
            audit_entries::created_at
                .lt(at)
                .or(audit_entries::id.lt(id)),
        );
    }
    if let Some((at, id)) = slice.before {
        query = query.filter(audit_entries::created_at.ge(at)).filter(
            audit_entries::created_at
                .gt(at)
                .or(audit_entries::id.gt(id)),
        );
    }
    let query = if slice.is_backward {
        query.order((audit_entries::created_at.asc(), audit_entries::id.asc()))
    } else {
        query.order((audit_entries::created_at.desc(), audit_entries::id.desc()))
    };
    let rows: Vec<EntryRow> = query.select(EntryRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn count(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    filter: &EntryFilter,
) -> QueryResult<i64> {
    filtered(scope, filter).count().get_result(conn).await
}

/// Clears addresses and agents of a person's entries.
pub(super) async fn clear_requests_of(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<()> {
    diesel::update(audit_entries::table)
        .filter(audit_entries::actor_id.eq(Uuid::from(user)))
        .set((
            audit_entries::address.eq(None::<String>),
            audit_entries::user_agent.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// At most so many entries of an organization; how many it were.
pub(super) async fn delete_of_organization(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE organization_id = $1 LIMIT $2)",
    )
    .bind::<diesel::sql_types::Uuid, _>(organization)
    .bind::<diesel::sql_types::BigInt, _>(limit)
    .execute(conn)
    .await
}

/// At most so many entries that are older than their organization keeps them; how many it were.
pub(super) async fn delete_old(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM audit_entries WHERE id IN
           (SELECT e.id FROM organizations o JOIN audit_entries e ON e.organization_id = o.id
              AND e.created_at < $1 - make_interval(days => o.audit_retention_days)
            WHERE o.audit_retention_days IS NOT NULL
            LIMIT $2 FOR UPDATE OF e SKIP LOCKED)",
    )
    .bind::<diesel::sql_types::Timestamptz, _>(now)
    .bind::<diesel::sql_types::BigInt, _>(limit)
    .execute(conn)
    .await
}
