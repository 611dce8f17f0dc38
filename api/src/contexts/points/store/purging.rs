//! Removing what an organization that is removed for good has in the ledger.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::OrganizationId;

/// At most so many entries; how many it were.
pub(in super::super) async fn delete_entries_of(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM points_ledger WHERE id IN (SELECT id FROM points_ledger WHERE organization_id = $1 LIMIT $2)",
    )
    .bind::<SqlUuid, _>(organization)
    .bind::<BigInt, _>(limit)
    .execute(conn)
    .await
}
