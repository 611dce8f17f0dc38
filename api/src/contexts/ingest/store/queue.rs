//! The queue: one row for each event that is not done, locked while a worker has it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{EventId, OrganizationId};
use uuid::Uuid;

use crate::schema::event_queue;

/// An event that is due.
#[derive(Queryable)]
pub(in crate::contexts::ingest) struct QueueRow {
    pub(in crate::contexts::ingest) event_id: EventId,
    pub(in crate::contexts::ingest) organization_id: OrganizationId,
    pub(in crate::contexts::ingest) received_at: DateTime<Utc>,
    pub(in crate::contexts::ingest) attempts: i16,
}

/// Locks the next event that is due and that nobody else has. The lock is the claim: it ends with the transaction, however
/// that ends.
pub(in crate::contexts::ingest) async fn lock_next(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Option<QueueRow>> {
    event_queue::table
        .filter(event_queue::available_at.le(now))
        .order((event_queue::available_at, event_queue::event_id))
        .select((
            event_queue::event_id,
            event_queue::organization_id,
            event_queue::received_at,
            event_queue::attempts,
        ))
        .limit(1)
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()
}

pub(in crate::contexts::ingest) async fn delete(
    conn: &mut AsyncPgConnection,
    id: EventId,
) -> QueryResult<()> {
    diesel::delete(event_queue::table.find(Uuid::from(id)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts a failed event back until its next attempt.
pub(in crate::contexts::ingest) async fn postpone(
    conn: &mut AsyncPgConnection,
    id: EventId,
    attempts: i16,
    available_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(event_queue::table.find(Uuid::from(id)))
        .set((
            event_queue::attempts.eq(attempts),
            event_queue::available_at.eq(available_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts events that are done back, as if they had just come. Those that wait already are left where they are.
pub(in crate::contexts::ingest) async fn insert_again(
    conn: &mut AsyncPgConnection,
    events: &[(EventId, OrganizationId, DateTime<Utc>)],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let rows: Vec<_> = events
        .iter()
        .map(|(id, organization_id, received_at)| {
            (
                event_queue::event_id.eq(Uuid::from(*id)),
                event_queue::organization_id.eq(Uuid::from(*organization_id)),
                event_queue::received_at.eq(*received_at),
                event_queue::available_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(event_queue::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// Tells workers on every node that there is something to do.
pub(in crate::contexts::ingest) async fn notify(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_notify('devmetrics_events', '')")
        .execute(conn)
        .await?;
    Ok(())
}

/// How many events wait, and since when the one that was due first has been due.
pub(in crate::contexts::ingest) async fn measure(
    conn: &mut AsyncPgConnection,
) -> QueryResult<(i64, Option<DateTime<Utc>>)> {
    event_queue::table
        .select((
            diesel::dsl::count_star(),
            diesel::dsl::min(event_queue::available_at),
        ))
        .first(conn)
        .await
}
