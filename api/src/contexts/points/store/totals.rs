//! Totals of one member by period.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::UserId;
use shared::period::{Period, PeriodKind};

use super::super::model::PeriodTotal;
use crate::access::OrgScope;
use crate::schema::point_totals;

/// A member's totals of the days, weeks, months and quarters that start within a stretch of days, both included.
pub(in super::super) async fn list_totals(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user_id: UserId,
    kinds: &[PeriodKind],
    from: NaiveDate,
    to: NaiveDate,
) -> QueryResult<Vec<PeriodTotal>> {
    let rows: Vec<(PeriodKind, NaiveDate, i64, i64)> = point_totals::table
        .filter(
            point_totals::organization_id
                .eq(scope.organization_id())
                .and(point_totals::user_id.eq(user_id))
                .and(point_totals::period.eq_any(kinds))
                .and(point_totals::starts_on.between(from, to)),
        )
        .order(point_totals::starts_on)
        .select((
            point_totals::period,
            point_totals::starts_on,
            point_totals::points,
            point_totals::entries,
        ))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(kind, starts_on, points, entries)| PeriodTotal {
            period: Period { kind, starts_on },
            points,
            entries,
        })
        .collect())
}
