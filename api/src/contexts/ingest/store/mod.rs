//! SQL of sources, events and the queue.

pub(super) mod arrivals;
pub(super) mod events;
pub(super) mod purging;
pub(super) mod queue;
pub(super) mod sources;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::{Date, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// Creates the partitions that are missing, from the month of a day.
pub(super) async fn ensure_partitions(
    conn: &mut AsyncPgConnection,
    from: DateTime<Utc>,
    months: i32,
) -> QueryResult<()> {
    diesel::sql_query("SELECT ensure_event_partitions($1, $2)")
        .bind::<Date, _>(from.date_naive())
        .bind::<Integer, _>(months)
        .execute(conn)
        .await?;
    Ok(())
}
