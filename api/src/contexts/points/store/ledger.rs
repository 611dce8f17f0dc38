//! The ledger itself: appending to it, and reading it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{EventId, LedgerEntryId, OrganizationId, ProviderAccountId, UserId};
use shared::period::{Period, PeriodKind};
use shared::points::PointRule;
use shared::vocabulary::Provider;

use super::super::model::{Earned, EventSnapshot, LedgerEntry, PeriodTotal, periods_of};
use crate::access::OrgScope;
use crate::schema::points_ledger;

/// Appends an entry and moves the member's balance and totals with it, in one statement.
///
/// The caller holds the member's balance lock and has numbered the entry by it. Answers the totals as they are now;
/// nothing where the fact was paid before, and then nothing has changed.
pub(in super::super) async fn append(
    conn: &mut AsyncPgConnection,
    entry: &LedgerEntry,
    earned: Earned,
) -> QueryResult<Vec<PeriodTotal>> {
    let rows: Vec<(PeriodKind, NaiveDate, i64, i64)> =
        Append::new(entry, earned).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|(kind, starts_on, points, entries)| PeriodTotal {
            period: Period { kind, starts_on },
            points,
            entries,
        })
        .collect())
}

/// One entry of the organization.
pub(in super::super) async fn find_entry(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: LedgerEntryId,
) -> QueryResult<Option<LedgerEntry>> {
    let row = points_ledger::table
        .filter(
            points_ledger::id
                .eq(id)
                .and(points_ledger::organization_id.eq(scope.organization_id())),
        )
        .select(EntryRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

/// The entry that paid a fact.
pub(in super::super) async fn find_by_fact(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user_id: UserId,
    rule: PointRule,
    fact: &str,
) -> QueryResult<Option<LedgerEntry>> {
    let row = points_ledger::table
        .filter(
            points_ledger::organization_id
                .eq(scope.organization_id())
                .and(points_ledger::user_id.eq(user_id))
                .and(points_ledger::rule.eq(rule))
                .and(points_ledger::fact.eq(fact)),
        )
        .select(EntryRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

/// What an account has earned a member, oldest first, with the units of each; entries made by hand are not among it.
pub(in super::super) async fn list_earned_by(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: ProviderAccountId,
    user_id: UserId,
) -> QueryResult<Vec<(LedgerEntry, Option<i32>)>> {
    let rows: Vec<(EntryRow, Option<i32>)> = points_ledger::table
        .filter(
            points_ledger::organization_id
                .eq(scope.organization_id())
                .and(points_ledger::account_id.eq(account))
                .and(points_ledger::user_id.eq(user_id))
                .and(points_ledger::rule.ne(PointRule::Adjustment)),
        )
        .order(points_ledger::sequence)
        .select((EntryRow::as_select(), points_ledger::units))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, units)| (row.into(), units))
        .collect())
}

/// A stretch of a member's ledger by sequence, bounds excluded; the newest first, or the oldest first.
pub(in super::super) async fn list_entries(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user_id: UserId,
    stretch: Stretch,
) -> QueryResult<Vec<LedgerEntry>> {
    let query = points_ledger::table
        .filter(
            points_ledger::organization_id
                .eq(scope.organization_id())
                .and(points_ledger::user_id.eq(user_id))
                .and(points_ledger::sequence.lt(stretch.below.unwrap_or(i64::MAX)))
                .and(points_ledger::sequence.gt(stretch.above.unwrap_or(0))),
        )
        .select(EntryRow::as_select())
        .limit(stretch.limit);
    let rows: Vec<EntryRow> = if stretch.oldest_first {
        query
            .order(points_ledger::sequence.asc())
            .load(conn)
            .await?
    } else {
        query
            .order(points_ledger::sequence.desc())
            .load(conn)
            .await?
    };
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Which entries of a member's ledger to read.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Only entries older than this sequence.
    pub below: Option<i64>,
    /// Only entries newer than this sequence.
    pub above: Option<i64>,
    /// At most so many.
    pub limit: i64,
    /// From the oldest on instead of from the newest back.
    pub oldest_first: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = points_ledger)]
struct EntryRow {
    id: LedgerEntryId,
    organization_id: OrganizationId,
    user_id: UserId,
    sequence: i64,
    points_change: i32,
    balance_after: i64,
    reason: String,
    rule: PointRule,
    fact: String,
    event_id: Option<EventId>,
    event_provider: Option<Provider>,
    event_type: Option<String>,
    event_title: Option<String>,
    event_url: Option<String>,
    actor_id: Option<UserId>,
    occurred_at: DateTime<Utc>,
    occurred_on: NaiveDate,
    created_at: DateTime<Utc>,
}

impl From<EntryRow> for LedgerEntry {
    fn from(row: EntryRow) -> Self {
        let event = match (row.event_id, row.event_provider, row.event_type) {
            (Some(id), Some(provider), Some(event_type)) => Some(EventSnapshot {
                id,
                provider,
                event_type,
                title: row.event_title,
                url: row.event_url,
            }),
            _ => None,
        };
        Self {
            id: row.id,
            organization_id: row.organization_id,
            user_id: row.user_id,
            sequence: row.sequence,
            points_change: row.points_change,
            balance_after: row.balance_after,
            reason: row.reason,
            rule: row.rule,
            fact: row.fact,
            event,
            actor_id: row.actor_id,
            occurred_at: row.occurred_at,
            occurred_on: row.occurred_on,
            created_at: row.created_at,
        }
    }
}

/// A fixed text whose plan is kept. The ledger's uniqueness decides whether anything happens at all: balance and
/// totals move only by the row that was inserted.
struct Append<'a> {
    entry: &'a LedgerEntry,
    earned: Earned,
    periods: [Period; 4],
    event_id: Option<EventId>,
    event_provider: Option<Provider>,
    event_type: Option<&'a str>,
    event_title: Option<&'a str>,
    event_url: Option<&'a str>,
}

impl<'a> Append<'a> {
    fn new(entry: &'a LedgerEntry, earned: Earned) -> Self {
        let event = entry.event.as_ref();
        Self {
            entry,
            earned,
            periods: periods_of(entry.occurred_on),
            event_id: event.map(|event| event.id),
            event_provider: event.map(|event| event.provider),
            event_type: event.map(|event| event.event_type.as_str()),
            event_title: event.and_then(|event| event.title.as_deref()),
            event_url: event.and_then(|event| event.url.as_deref()),
        }
    }
}

impl QueryId for Append<'_> {
    type QueryId = Append<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Append<'_> {
    type SqlType = (Text, Date, BigInt, BigInt);
}

impl QueryFragment<Pg> for Append<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let entry = self.entry;
        out.push_sql(
            "WITH entry AS (INSERT INTO points_ledger (id, organization_id, user_id, sequence, points_change, \
             balance_after, reason, rule, fact, event_id, event_provider, event_type, event_title, event_url, \
             actor_id, occurred_at, occurred_on, created_at, account_id, units) VALUES (",
        );
        out.push_bind_param::<SqlUuid, _>(&entry.id)?;
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&entry.organization_id)?;
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&entry.user_id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&entry.sequence)?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, _>(&entry.points_change)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&entry.balance_after)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&entry.reason)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&entry.rule)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&entry.fact)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.event_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.event_provider)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.event_type)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.event_title)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.event_url)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&entry.actor_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&entry.occurred_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Date, _>(&entry.occurred_on)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&entry.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.earned.account_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Integer>, _>(&self.earned.units)?;
        out.push_sql(
            ") ON CONFLICT (organization_id, user_id, rule, fact) DO NOTHING \
             RETURNING organization_id, user_id, sequence, points_change, balance_after), \
             balance AS (UPDATE point_balances b SET balance = e.balance_after, entries = e.sequence FROM entry e \
             WHERE b.organization_id = e.organization_id AND b.user_id = e.user_id) \
             INSERT INTO point_totals AS t (organization_id, user_id, period, starts_on, points, entries) \
             SELECT e.organization_id, e.user_id, p.period, p.starts_on, e.points_change, 1 \
             FROM entry e CROSS JOIN (VALUES ",
        );
        for (index, period) in self.periods.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<Text, _>(&period.kind)?;
            out.push_sql(", ");
            out.push_bind_param::<Date, _>(&period.starts_on)?;
            out.push_sql(")");
        }
        out.push_sql(
            ") AS p (period, starts_on) \
             ON CONFLICT (organization_id, user_id, period, starts_on) \
             DO UPDATE SET points = t.points + excluded.points, entries = t.entries + 1 \
             RETURNING t.period, t.starts_on, t.points, t.entries",
        );
        Ok(())
    }
}
