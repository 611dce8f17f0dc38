//! Days on which nobody of an organization works.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::super::model::Holiday;
use crate::access::OrgScope;
use crate::schema::holidays;

/// A day that is a holiday already gets the name given here.
pub(in super::super) async fn upsert_holidays(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    days: &[Holiday],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let rows: Vec<_> = days
        .iter()
        .map(|holiday| {
            (
                holidays::organization_id.eq(scope.organization_id()),
                holidays::day.eq(holiday.day),
                holidays::name.eq(&holiday.name),
                holidays::created_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(holidays::table)
        .values(&rows)
        .on_conflict((holidays::organization_id, holidays::day))
        .do_update()
        .set(holidays::name.eq(excluded(holidays::name)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether it was one.
pub(in super::super) async fn delete_holiday(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    day: NaiveDate,
) -> QueryResult<bool> {
    let deleted = diesel::delete(holidays::table)
        .filter(holidays::organization_id.eq(scope.organization_id()))
        .filter(holidays::day.eq(day))
        .execute(conn)
        .await?;
    Ok(deleted == 1)
}

/// Those between two days, both included, in their order.
pub(in super::super) async fn list_holidays(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    (from, to): (NaiveDate, NaiveDate),
) -> QueryResult<Vec<Holiday>> {
    let rows: Vec<(NaiveDate, String)> = holidays::table
        .filter(holidays::organization_id.eq(scope.organization_id()))
        .filter(holidays::day.between(from, to))
        .order(holidays::day)
        .select((holidays::day, holidays::name))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(day, name)| Holiday { day, name })
        .collect())
}
