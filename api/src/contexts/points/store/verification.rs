//! SQL that compares the whole ledger with itself and with everything derived from it.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use shared::ids::{OrganizationId, UserId};

/// Makes the transaction see one moment of the whole database. To be called before anything else in it.
pub(in super::super) async fn freeze(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await
}

/// How much there is to verify.
#[derive(Debug, QueryableByName)]
pub(in super::super) struct CountsRow {
    #[diesel(sql_type = BigInt)]
    pub(in super::super) entries: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) balances: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) totals: i64,
}

/// Counts what is verified.
pub(in super::super) async fn counts(conn: &mut AsyncPgConnection) -> QueryResult<CountsRow> {
    diesel::sql_query(
        "SELECT (SELECT count(*) FROM points_ledger) AS entries, (SELECT count(*) FROM point_balances) AS balances, \
                (SELECT count(*) FROM point_totals) AS totals",
    )
    .get_result(conn)
    .await
}

/// An entry that does not follow from the one before it.
#[derive(Debug, QueryableByName)]
pub(in super::super) struct BrokenEntryRow {
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) organization_id: OrganizationId,
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) user_id: UserId,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) sequence: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) expected_sequence: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) balance_after: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) expected_balance: i64,
}

/// Every entry whose sequence has a gap before it or whose balance is not the running sum.
pub(in super::super) async fn broken_entries(
    conn: &mut AsyncPgConnection,
) -> QueryResult<Vec<BrokenEntryRow>> {
    diesel::sql_query(
        "SELECT organization_id, user_id, sequence, expected_sequence, balance_after, expected_balance FROM ( \
             SELECT organization_id, user_id, sequence, balance_after, \
                    row_number() OVER entry AS expected_sequence, \
                    (sum(points_change) OVER entry)::bigint AS expected_balance \
             FROM points_ledger \
             WINDOW entry AS (PARTITION BY organization_id, user_id ORDER BY sequence ROWS UNBOUNDED PRECEDING) \
         ) checked \
         WHERE sequence <> expected_sequence OR balance_after <> expected_balance \
         ORDER BY organization_id, user_id, sequence",
    )
    .load(conn)
    .await
}

/// A cached sum that differs from the ledger's, or is there on one side only.
#[derive(Debug, QueryableByName)]
pub(in super::super) struct WrongSumRow {
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) organization_id: OrganizationId,
    #[diesel(sql_type = SqlUuid)]
    pub(in super::super) user_id: UserId,
    #[diesel(sql_type = Nullable<Text>)]
    pub(in super::super) period: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    pub(in super::super) starts_on: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) ledger_points: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) ledger_entries: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) cached_points: i64,
    #[diesel(sql_type = BigInt)]
    pub(in super::super) cached_entries: i64,
}

/// Every balance that is not the sum of the member's entries. A balance of nothing without entries is right.
pub(in super::super) async fn wrong_balances(
    conn: &mut AsyncPgConnection,
) -> QueryResult<Vec<WrongSumRow>> {
    diesel::sql_query(
        "SELECT organization_id, user_id, NULL::text AS period, NULL::date AS starts_on, \
                COALESCE(l.points, 0) AS ledger_points, COALESCE(l.entries, 0) AS ledger_entries, \
                COALESCE(b.balance, 0) AS cached_points, COALESCE(b.entries, 0) AS cached_entries \
         FROM (SELECT organization_id, user_id, sum(points_change)::bigint AS points, count(*) AS entries \
               FROM points_ledger GROUP BY organization_id, user_id) l \
         FULL JOIN point_balances b USING (organization_id, user_id) \
         WHERE COALESCE(l.points, 0) <> COALESCE(b.balance, 0) OR COALESCE(l.entries, 0) <> COALESCE(b.entries, 0) \
         ORDER BY organization_id, user_id",
    )
    .load(conn)
    .await
}

/// Every total of a period that is not the sum of the entries that count for it.
pub(in super::super) async fn wrong_totals(
    conn: &mut AsyncPgConnection,
) -> QueryResult<Vec<WrongSumRow>> {
    diesel::sql_query(
        "WITH days AS (SELECT organization_id, user_id, occurred_on, sum(points_change)::bigint AS points, \
                              count(*) AS entries \
                       FROM points_ledger GROUP BY organization_id, user_id, occurred_on), \
              ledger AS (SELECT organization_id, user_id, p.period, \
                                CASE p.period WHEN 'DAY' THEN occurred_on \
                                    ELSE date_trunc(lower(p.period), occurred_on)::date END AS starts_on, \
                                sum(points)::bigint AS points, sum(entries)::bigint AS entries \
                         FROM days CROSS JOIN (VALUES ('DAY'), ('WEEK'), ('MONTH'), ('QUARTER')) AS p (period) \
                         GROUP BY 1, 2, 3, 4) \
         SELECT organization_id, user_id, period, starts_on, \
                COALESCE(l.points, 0) AS ledger_points, COALESCE(l.entries, 0) AS ledger_entries, \
                COALESCE(t.points, 0) AS cached_points, COALESCE(t.entries, 0) AS cached_entries \
         FROM ledger l FULL JOIN point_totals t USING (organization_id, user_id, period, starts_on) \
         WHERE l.points IS DISTINCT FROM t.points OR l.entries IS DISTINCT FROM t.entries \
         ORDER BY organization_id, user_id, period, starts_on",
    )
    .load(conn)
    .await
}
