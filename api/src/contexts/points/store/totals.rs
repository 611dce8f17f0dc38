//! Totals of one member by period.

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Date, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, UserId};
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

/// A member's balance, and sums of some periods; a period without points is left out.
#[derive(Debug, Default)]
pub(in super::super) struct Sums {
    pub(in super::super) balance: i64,
    pub(in super::super) entries: i64,
    pub(in super::super) periods: Vec<PeriodTotal>,
}

/// A member's balance and sums, of one moment and by one statement.
pub(in super::super) async fn find_sums(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user_id: UserId,
    periods: [Period; 5],
) -> QueryResult<Sums> {
    let rows: Vec<(Option<PeriodKind>, Option<NaiveDate>, i64, i64)> = FindSums {
        organization_id: scope.organization_id(),
        user_id,
        periods,
    }
    .load(conn)
    .await?;
    let mut sums = Sums::default();
    for row in rows {
        match row {
            (Some(kind), Some(starts_on), points, entries) => sums.periods.push(PeriodTotal {
                period: Period { kind, starts_on },
                points,
                entries,
            }),
            (_, _, balance, entries) => (sums.balance, sums.entries) = (balance, entries),
        }
    }
    Ok(sums)
}

/// A fixed text whose plan is kept: each period is one step into the primary key. The row without a period is the balance.
#[derive(QueryId)]
struct FindSums {
    organization_id: OrganizationId,
    user_id: UserId,
    periods: [Period; 5],
}

impl Query for FindSums {
    type SqlType = (Nullable<Text>, Nullable<Date>, BigInt, BigInt);
}

impl QueryFragment<Pg> for FindSums {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT NULL::text, NULL::date, balance, entries FROM point_balances WHERE organization_id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.organization_id)?;
        out.push_sql(" AND user_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.user_id)?;
        out.push_sql(" UNION ALL SELECT t.period, t.starts_on, t.points, t.entries FROM (VALUES ");
        for (index, period) in self.periods.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<Text, _>(&period.kind)?;
            out.push_sql(", ");
            out.push_bind_param::<Date, _>(&period.starts_on)?;
            out.push_sql(")");
        }
        // The first two parameters once more.
        out.push_sql(
            ") AS p (period, starts_on) JOIN point_totals t ON t.organization_id = $1 AND t.user_id = $2 \
             AND t.period = p.period AND t.starts_on = p.starts_on",
        );
        Ok(())
    }
}
