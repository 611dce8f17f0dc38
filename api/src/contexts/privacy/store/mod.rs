//! Erasures: how far they have come.

mod data_exports;
mod export;
mod organization_export;
mod section;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, UserId};
use uuid::Uuid;

use crate::schema::erasures;

pub(super) use data_exports::*;
pub(super) use export::OF_PERSON;
pub(super) use organization_export::OF_ORGANIZATION;
pub(super) use section::Section;

#[derive(Insertable)]
#[diesel(table_name = erasures)]
pub(super) struct NewErasureRow<'a> {
    pub(super) id: Uuid,
    pub(super) user_id: UserId,
    pub(super) organization_ids: &'a [OrganizationId],
    pub(super) words_sealed: &'a [u8],
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = erasures)]
pub(super) struct ErasureRow {
    pub(super) id: Uuid,
    pub(super) user_id: UserId,
    pub(super) organization_ids: Vec<OrganizationId>,
    pub(super) words_sealed: Option<Vec<u8>>,
    pub(super) stage: String,
    pub(super) after_at: Option<DateTime<Utc>>,
    pub(super) after_id: Option<Uuid>,
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    row: &NewErasureRow<'_>,
) -> QueryResult<()> {
    diesel::insert_into(erasures::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The oldest erasure that is not done and that no other server is at.
pub(super) async fn lock_next(conn: &mut AsyncPgConnection) -> QueryResult<Option<ErasureRow>> {
    erasures::table
        .filter(erasures::stage.ne("DONE"))
        .order(erasures::created_at)
        .for_update()
        .skip_locked()
        .select(ErasureRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// Where an erasure goes on.
pub(super) async fn update_progress(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    stage: &str,
    after_at: Option<DateTime<Utc>>,
    after_id: Option<Uuid>,
) -> QueryResult<()> {
    diesel::update(erasures::table.filter(erasures::id.eq(id)))
        .set((
            erasures::stage.eq(stage),
            erasures::after_at.eq(after_at),
            erasures::after_id.eq(after_id),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends an erasure, and forgets the words themselves.
pub(super) async fn finish(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(erasures::table.filter(erasures::id.eq(id)))
        .set((
            erasures::stage.eq("DONE"),
            erasures::words_sealed.eq(None::<Vec<u8>>),
            erasures::after_at.eq(None::<DateTime<Utc>>),
            erasures::after_id.eq(None::<Uuid>),
            erasures::finished_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
