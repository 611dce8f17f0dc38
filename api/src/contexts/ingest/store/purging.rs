//! Removing what an organization that is removed for good received. Nothing here hangs on the organization by a foreign key:
//! events are partitioned, and keys and the queue are written by the thousand.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::OrganizationId;

/// What is removed, in turn: at most `$2` rows of the organization `$1`.
const STEPS: [&str; 3] = [
    "DELETE FROM event_queue WHERE event_id IN
       (SELECT event_id FROM event_queue WHERE organization_id = $1 LIMIT $2)",
    "DELETE FROM events WHERE (id, received_at) IN
       (SELECT id, received_at FROM events WHERE organization_id = $1 LIMIT $2)",
    "DELETE FROM delivery_keys WHERE (source_id, key) IN
       (SELECT k.source_id, k.key FROM webhook_sources s JOIN delivery_keys k ON k.source_id = s.id
        WHERE s.organization_id = $1 LIMIT $2)",
];

/// How many rows it were.
pub(in crate::contexts::ingest) async fn delete_of_organization(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    limit: i64,
) -> QueryResult<usize> {
    let mut removed = 0;
    for step in STEPS {
        removed += diesel::sql_query(step)
            .bind::<SqlUuid, _>(organization)
            .bind::<BigInt, _>(limit)
            .execute(conn)
            .await?;
    }
    Ok(removed)
}
