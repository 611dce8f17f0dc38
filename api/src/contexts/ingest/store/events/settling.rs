//! SQL that moves events on: taken, settled, attributed, put back.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{EventId, OrganizationId, ProviderAccountId, UserId};
use shared::vocabulary::{EventStatus, Provider};
use uuid::Uuid;

use crate::access::OrgScope;
use crate::contexts::ingest::{Outcome, ReceivedEvent};
use crate::schema::events;

/// Reads an event for processing; none where its partition or payload is gone.
pub(in crate::contexts::ingest) async fn find_received(
    conn: &mut AsyncPgConnection,
    id: EventId,
    received_at: DateTime<Utc>,
) -> QueryResult<Option<ReceivedEvent>> {
    type Row = (Provider, Option<String>, Option<String>, Option<Vec<u8>>);
    let row: Option<Row> = events::table
        .find((Uuid::from(id), received_at))
        .select((
            events::provider,
            events::provider_event,
            events::instance,
            events::payload,
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(
        row.and_then(|(provider, provider_event, instance, payload)| {
            Some(ReceivedEvent {
                id,
                provider,
                provider_event,
                instance,
                payload: payload?,
                received_at,
            })
        }),
    )
}

/// Marks an event done. Points add up over replays: each run reports what it credited itself.
pub(in crate::contexts::ingest) async fn settle(
    conn: &mut AsyncPgConnection,
    (id, received_at): (EventId, DateTime<Utc>),
    outcome: &Outcome,
    status: EventStatus,
    (attempts, now): (i16, DateTime<Utc>),
) -> QueryResult<()> {
    diesel::update(events::table.find((Uuid::from(id), received_at)))
        .set((
            events::status.eq(status.as_str()),
            events::attempts.eq(attempts),
            events::reason.eq(outcome.ignored_because.as_deref()),
            events::processed_at.eq(now),
            events::event_type.eq(&outcome.event_type),
            events::title.eq(&outcome.title),
            events::url.eq(outcome.url.as_deref()),
            events::repository_name.eq(outcome.repository_name.as_deref()),
            events::actor_account_id.eq(outcome.actor_account_id.map(Uuid::from)),
            events::actor_name.eq(outcome.actor_name.as_deref()),
            events::user_id.eq(outcome.user_id.map(Uuid::from)),
            events::occurred_at.eq(outcome.occurred_at),
            events::points_awarded.eq(events::points_awarded + outcome.points_awarded),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes a state that processing did not lead to: another attempt to come, dead, or of no use any more.
pub(in crate::contexts::ingest) async fn set_status(
    conn: &mut AsyncPgConnection,
    (id, received_at): (EventId, DateTime<Utc>),
    status: EventStatus,
    attempts: i16,
    reason: &str,
    processed_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    diesel::update(events::table.find((Uuid::from(id), received_at)))
        .set((
            events::status.eq(status.as_str()),
            events::attempts.eq(attempts),
            events::reason.eq(reason),
            events::processed_at.eq(processed_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Locks events for replay: their state, and whether there is a payload to replay.
pub(in crate::contexts::ingest) async fn lock(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[(EventId, DateTime<Utc>)],
) -> QueryResult<Vec<(EventId, EventStatus, bool)>> {
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) =
        ids.iter().map(|(id, at)| (Uuid::from(*id), *at)).unzip();
    events::table
        .filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::id.eq_any(ids))
                .and(events::received_at.eq_any(times)),
        )
        .order(events::id)
        .select((events::id, events::status, events::payload.is_not_null()))
        .for_update()
        .load(conn)
        .await
}

/// Makes events look as if they had just come.
pub(in crate::contexts::ingest) async fn reset(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[(EventId, OrganizationId, DateTime<Utc>)],
) -> QueryResult<()> {
    let times: Vec<DateTime<Utc>> = ids.iter().map(|(_, _, at)| *at).collect();
    let ids: Vec<Uuid> = ids.iter().map(|(id, _, _)| Uuid::from(*id)).collect();
    diesel::update(
        events::table.filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::id.eq_any(ids))
                .and(events::received_at.eq_any(times)),
        ),
    )
    .set((
        events::status.eq(EventStatus::Pending.as_str()),
        events::attempts.eq(0),
        events::reason.eq(None::<String>),
        events::processed_at.eq(None::<DateTime<Utc>>),
    ))
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives events of an account to the member it was linked to.
pub(in crate::contexts::ingest) async fn attribute(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: ProviderAccountId,
    user: UserId,
) -> QueryResult<usize> {
    diesel::update(
        events::table.filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::actor_account_id.eq(Uuid::from(account)))
                .and(events::user_id.is_null()),
        ),
    )
    .set(events::user_id.eq(Uuid::from(user)))
    .execute(conn)
    .await
}

/// Takes an account's events from a person.
pub(in crate::contexts::ingest) async fn part(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: ProviderAccountId,
    user: UserId,
) -> QueryResult<usize> {
    diesel::update(
        events::table.filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::actor_account_id.eq(Uuid::from(account)))
                .and(events::user_id.eq(Uuid::from(user))),
        ),
    )
    .set(events::user_id.eq(None::<Uuid>))
    .execute(conn)
    .await
}

/// Adds points that an event was credited after it was processed.
pub(in crate::contexts::ingest) async fn add_points(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    (id, received_at): (EventId, DateTime<Utc>),
    points: i32,
) -> QueryResult<()> {
    diesel::update(
        events::table.filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::id.eq(Uuid::from(id)))
                .and(events::received_at.eq(received_at)),
        ),
    )
    .set(events::points_awarded.eq(events::points_awarded + points))
    .execute(conn)
    .await?;
    Ok(())
}
