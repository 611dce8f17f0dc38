//! SQL of the log: it only grows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::audit_entries;

#[derive(Insertable)]
#[diesel(table_name = audit_entries)]
pub(super) struct NewEntry {
    pub(super) id: Uuid,
    pub(super) organization_id: Option<Uuid>,
    pub(super) actor_kind: &'static str,
    pub(super) actor_id: Option<Uuid>,
    pub(super) action: &'static str,
    pub(super) target_kind: Option<&'static str>,
    pub(super) target_id: Option<Uuid>,
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
