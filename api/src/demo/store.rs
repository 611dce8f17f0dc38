//! SQL of the demo: how far its history has been told.

use chrono::{DateTime, Utc};
use diesel::SelectableHelper as _;
use diesel::{
    ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _, QueryResult,
    Queryable, Selectable,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use crate::schema::{absences, demo_histories, invitations, organizations};

/// How far the history of an organization has been told.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = demo_histories)]
pub(super) struct HistoryRow {
    pub(super) organization_id: Uuid,
    pub(super) company: i16,
    pub(super) seed: i64,
    pub(super) told_until: DateTime<Utc>,
}

pub(super) async fn find_history(
    conn: &mut AsyncPgConnection,
    company: i16,
) -> QueryResult<Option<HistoryRow>> {
    demo_histories::table
        .filter(demo_histories::company.eq(company))
        .select(HistoryRow::as_select())
        .first(conn)
        .await
        .optional()
}

pub(super) async fn insert_history(
    conn: &mut AsyncPgConnection,
    row: &HistoryRow,
) -> QueryResult<()> {
    diesel::insert_into(demo_histories::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn update_told_until(
    conn: &mut AsyncPgConnection,
    company: i16,
    told_until: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(demo_histories::table.filter(demo_histories::company.eq(company)))
        .set(demo_histories::told_until.eq(told_until))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether somebody's organization is there.
pub(super) async fn has_organizations(conn: &mut AsyncPgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        organizations::table.select(organizations::id),
    ))
    .get_result(conn)
    .await
}

/// Whether people were asked into an organization, or are away there: then it is lived in already.
pub(super) async fn is_furnished(
    conn: &mut AsyncPgConnection,
    organization_id: Uuid,
) -> QueryResult<bool> {
    let invited = invitations::table.filter(invitations::organization_id.eq(organization_id));
    let away = absences::table.filter(absences::organization_id.eq(organization_id));
    let is_invited: bool = diesel::select(diesel::dsl::exists(invited))
        .get_result(conn)
        .await?;
    let is_away: bool = diesel::select(diesel::dsl::exists(away))
        .get_result(conn)
        .await?;
    Ok(is_invited || is_away)
}
