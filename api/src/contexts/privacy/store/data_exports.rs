//! Exports that people asked for, and their text.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use shared::ids::{DataExportId, OrganizationId, UserId};

use super::super::model::DataExport;
use crate::schema::{data_export_parts as parts, data_exports as exports, organizations};

#[derive(Queryable, Selectable)]
#[diesel(table_name = exports)]
pub(in super::super) struct DataExportRow {
    pub(in super::super) id: DataExportId,
    pub(in super::super) user_id: UserId,
    pub(in super::super) organization_id: Option<OrganizationId>,
    pub(in super::super) section: i16,
    pub(in super::super) after_row: Option<Value>,
    pub(in super::super) parts: i32,
    pub(in super::super) size_bytes: i64,
    pub(in super::super) created_at: DateTime<Utc>,
    pub(in super::super) ready_at: Option<DateTime<Utc>>,
    pub(in super::super) expires_at: Option<DateTime<Utc>>,
}

/// Nothing where the same is being gathered already.
pub(in super::super) async fn insert_export(
    conn: &mut AsyncPgConnection,
    id: DataExportId,
    user: UserId,
    organization: Option<OrganizationId>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(exports::table)
        .values((
            exports::id.eq(id),
            exports::user_id.eq(user),
            exports::organization_id.eq(organization),
            exports::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// The exports that a person asked for and that are there still, the newest first, with the name of each organization.
pub(in super::super) async fn list_exports(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<DataExport>> {
    let rows: Vec<(DataExportRow, Option<String>)> = exports::table
        .left_join(
            organizations::table.on(organizations::id.nullable().eq(exports::organization_id)),
        )
        .filter(exports::user_id.eq(user))
        .filter(
            exports::expires_at
                .is_null()
                .or(exports::expires_at.gt(now)),
        )
        .filter(organizations::deleted_at.is_null())
        .order(exports::id.desc())
        .select((DataExportRow::as_select(), organizations::name.nullable()))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, organization_name)| DataExport {
            id: row.id,
            organization_id: row.organization_id,
            organization_name,
            size_bytes: row.size_bytes,
            created_at: row.created_at,
            ready_at: row.ready_at,
            expires_at: row.expires_at,
        })
        .collect())
}

/// The next one to gather, locked; another server's is left to it.
pub(in super::super) async fn lock_next_export(
    conn: &mut AsyncPgConnection,
) -> QueryResult<Option<DataExportRow>> {
    exports::table
        .filter(exports::ready_at.is_null())
        .order(exports::created_at)
        .select(DataExportRow::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()
}

/// Adds a part, and says where the next one begins.
pub(in super::super) async fn append_part(
    conn: &mut AsyncPgConnection,
    export: &DataExportRow,
    body: &str,
    (section, after): (i16, Option<&Value>),
) -> QueryResult<()> {
    diesel::insert_into(parts::table)
        .values((
            parts::data_export_id.eq(export.id),
            parts::number.eq(export.parts),
            parts::body.eq(body),
        ))
        .execute(conn)
        .await?;
    let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
    diesel::update(exports::table.filter(exports::id.eq(export.id)))
        .set((
            exports::section.eq(section),
            exports::after_row.eq(after),
            exports::parts.eq(exports::parts + 1),
            exports::size_bytes.eq(exports::size_bytes + size),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in super::super) async fn finish_export(
    conn: &mut AsyncPgConnection,
    id: DataExportId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(exports::table.filter(exports::id.eq(id)))
        .set((
            exports::ready_at.eq(now),
            exports::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// A person's own export that is ready and not expired.
pub(in super::super) async fn find_ready(
    conn: &mut AsyncPgConnection,
    id: DataExportId,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Option<DataExportRow>> {
    exports::table
        .filter(exports::id.eq(id))
        .filter(exports::user_id.eq(user))
        .filter(exports::expires_at.gt(now))
        .select(DataExportRow::as_select())
        .first(conn)
        .await
        .optional()
}

pub(in super::super) async fn find_part(
    conn: &mut AsyncPgConnection,
    id: DataExportId,
    number: i32,
) -> QueryResult<Option<String>> {
    parts::table
        .filter(parts::data_export_id.eq(id))
        .filter(parts::number.eq(number))
        .select(parts::body)
        .first(conn)
        .await
        .optional()
}

/// How many went.
pub(in super::super) async fn delete_expired_exports(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(exports::table.filter(exports::expires_at.le(now)))
        .execute(conn)
        .await
}

/// Those of a person, and those of the organizations, which hold the person too.
pub(in super::super) async fn delete_exports_about(
    conn: &mut AsyncPgConnection,
    user: UserId,
    organizations: &[OrganizationId],
) -> QueryResult<()> {
    let theirs = exports::user_id.eq(user);
    let of_places = exports::organization_id.eq_any(organizations);
    diesel::delete(exports::table)
        .filter(theirs.nullable().or(of_places))
        .execute(conn)
        .await?;
    Ok(())
}
