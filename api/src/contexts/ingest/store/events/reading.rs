//! SQL that reads events.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{EventId, OrganizationId, TeamId, UserId, WebhookSourceId};
use shared::vocabulary::{EventStatus, Provider};
use uuid::Uuid;

use crate::access::OrgScope;
use crate::contexts::ingest::{Event, EventFilter};
use crate::platform::ids::time_of;
use crate::schema::{event_queue, events, team_members};

/// Which of the matching events are read.
#[derive(Clone, Copy, Debug)]
pub struct PageBounds {
    /// How many at most.
    pub limit: i64,
    /// Only events older than this one.
    pub after: Option<EventId>,
    /// Only events newer than this one.
    pub before: Option<EventId>,
    /// Read from the oldest on instead of from the newest.
    pub is_backward: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
struct EventRow {
    id: EventId,
    organization_id: OrganizationId,
    source_id: WebhookSourceId,
    provider: Provider,
    provider_event: Option<String>,
    received_at: DateTime<Utc>,
    status: EventStatus,
    attempts: i16,
    reason: Option<String>,
    processed_at: Option<DateTime<Utc>>,
    event_type: Option<String>,
    title: Option<String>,
    url: Option<String>,
    repository_name: Option<String>,
    actor_name: Option<String>,
    user_id: Option<UserId>,
    occurred_at: Option<DateTime<Utc>>,
    points_awarded: i32,
}

impl EventRow {
    fn into_event(self, next_attempt_at: Option<DateTime<Utc>>) -> Event {
        Event {
            id: self.id,
            organization_id: self.organization_id,
            source_id: self.source_id,
            provider: self.provider,
            provider_event: self.provider_event,
            received_at: self.received_at,
            status: self.status,
            attempts: self.attempts,
            reason: self.reason,
            processed_at: self.processed_at,
            event_type: self.event_type,
            title: self.title,
            url: self.url,
            repository_name: self.repository_name,
            actor_name: self.actor_name,
            user_id: self.user_id,
            occurred_at: self.occurred_at,
            points_awarded: self.points_awarded,
            next_attempt_at,
        }
    }
}

/// Events by id, with when their next attempt is due.
pub(in crate::contexts::ingest) async fn list_by_ids(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[EventId],
) -> QueryResult<Vec<Event>> {
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = ids
        .iter()
        .filter_map(|id| Some((Uuid::from(*id), time_of(Uuid::from(*id))?)))
        .unzip();
    let rows = events::table
        .left_join(event_queue::table.on(event_queue::event_id.eq(events::id)))
        .filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::id.eq_any(ids))
                .and(events::received_at.eq_any(times)),
        )
        .select((EventRow::as_select(), event_queue::available_at.nullable()))
        .load::<(EventRow, Option<DateTime<Utc>>)>(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(row, next)| row.into_event(next))
        .collect())
}

/// Whether a person is in a team.
pub(in crate::contexts::ingest) async fn is_in_team(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    user: UserId,
    team: TeamId,
) -> QueryResult<bool> {
    let place = team_members::table.filter(
        team_members::organization_id
            .eq(Uuid::from(scope.organization_id()))
            .and(team_members::team_id.eq(Uuid::from(team)))
            .and(team_members::user_id.eq(Uuid::from(user))),
    );
    diesel::select(diesel::dsl::exists(place))
        .get_result(conn)
        .await
}

/// Payloads of events that still have one.
pub(in crate::contexts::ingest) async fn list_payloads(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[EventId],
) -> QueryResult<Vec<(EventId, Vec<u8>)>> {
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = ids
        .iter()
        .filter_map(|id| Some((Uuid::from(*id), time_of(Uuid::from(*id))?)))
        .unzip();
    events::table
        .filter(
            events::organization_id
                .eq(Uuid::from(scope.organization_id()))
                .and(events::id.eq_any(ids))
                .and(events::received_at.eq_any(times))
                .and(events::payload.is_not_null()),
        )
        .select((events::id, events::payload.assume_not_null()))
        .load(conn)
        .await
}

/// When each source received its first and its last event.
pub(in crate::contexts::ingest) async fn list_first_and_last(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    sources: &[WebhookSourceId],
) -> QueryResult<Vec<SourceTimes>> {
    let sources: Vec<Uuid> = sources.iter().copied().map(Uuid::from).collect();
    // One descent of the index (source_id, received_at, id) a source, end and partition, whatever number of events there is.
    diesel::sql_query(
        "SELECT s.id AS source_id,
                (SELECT received_at FROM events e WHERE e.source_id = s.id ORDER BY received_at LIMIT 1) AS first_at,
                (SELECT received_at FROM events e WHERE e.source_id = s.id ORDER BY received_at DESC LIMIT 1) AS last_at
         FROM webhook_sources s WHERE s.organization_id = $1 AND s.id = ANY($2)",
    )
    .bind::<SqlUuid, _>(Uuid::from(scope.organization_id()))
    .bind::<diesel::sql_types::Array<SqlUuid>, _>(sources)
    .load(conn)
    .await
}

/// When a source received its first and its last event.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct SourceTimes {
    /// The source.
    #[diesel(sql_type = SqlUuid)]
    pub source_id: WebhookSourceId,
    /// Its first event, as far as events are kept.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub first_at: Option<DateTime<Utc>>,
    /// Its last event.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_at: Option<DateTime<Utc>>,
}

/// Builds the part that pages and counts share: the organization, whose events, and what is asked for.
fn matching<'a>(
    scope: &OrgScope,
    visible_to: Option<&[UserId]>,
    filter: &EventFilter,
) -> events::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = events::table
        .into_boxed()
        .filter(events::organization_id.eq(Uuid::from(scope.organization_id())));
    if let Some(people) = visible_to {
        let people: Vec<Uuid> = people.iter().copied().map(Uuid::from).collect();
        query = query.filter(events::user_id.eq_any(people));
    }
    if let Some(user) = filter.user_id {
        query = query.filter(events::user_id.eq(Uuid::from(user)));
    }
    if let Some(source) = filter.source_id {
        query = query.filter(events::source_id.eq(Uuid::from(source)));
    }
    if let Some(provider) = filter.provider {
        query = query.filter(events::provider.eq(provider.as_str()));
    }
    if let Some(event_type) = filter.event_type.clone() {
        query = query.filter(events::event_type.eq(event_type));
    }
    if let Some(status) = filter.status {
        query = query.filter(events::status.eq(status.as_str()));
    }
    if let Some(from) = filter.from {
        query = query.filter(events::received_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(events::received_at.lt(to));
    }
    query
}

/// A page of events, in the order they are read. `visible_to` limits it to events of these people.
pub(in crate::contexts::ingest) async fn list(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    visible_to: Option<&[UserId]>,
    filter: &EventFilter,
    page: PageBounds,
) -> QueryResult<Vec<Event>> {
    let mut query = matching(scope, visible_to, filter);
    // The plain comparison lets whole partitions be left out, the row comparison decides within the millisecond.
    if let Some(after) = page.after.map(Uuid::from) {
        let at = time_of(after).unwrap_or_default();
        query = query.filter(events::received_at.le(at)).filter(
            sql::<Bool>("(received_at, id) < (")
                .bind::<Timestamptz, _>(at)
                .sql(", ")
                .bind::<SqlUuid, _>(after)
                .sql(")"),
        );
    }
    if let Some(before) = page.before.map(Uuid::from) {
        let at = time_of(before).unwrap_or_default();
        query = query.filter(events::received_at.ge(at)).filter(
            sql::<Bool>("(received_at, id) > (")
                .bind::<Timestamptz, _>(at)
                .sql(", ")
                .bind::<SqlUuid, _>(before)
                .sql(")"),
        );
    }
    query = if page.is_backward {
        query.order((events::received_at.asc(), events::id.asc()))
    } else {
        query.order((events::received_at.desc(), events::id.desc()))
    };
    let rows = query
        .limit(page.limit)
        .select(EventRow::as_select())
        .load::<EventRow>(conn)
        .await?;
    let waiting = waiting_until(conn, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let next = waiting.iter().find(|(id, _)| *id == row.id);
            let next = next.map(|(_, at)| *at);
            row.into_event(next)
        })
        .collect())
}

pub(in crate::contexts::ingest) async fn count(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    visible_to: Option<&[UserId]>,
    filter: &EventFilter,
) -> QueryResult<i64> {
    matching(scope, visible_to, filter)
        .count()
        .get_result(conn)
        .await
}

/// When those of these events that wait are due next.
async fn waiting_until(
    conn: &mut AsyncPgConnection,
    rows: &[EventRow],
) -> QueryResult<Vec<(EventId, DateTime<Utc>)>> {
    let pending: Vec<Uuid> = rows
        .iter()
        .filter(|row| row.status == EventStatus::Pending)
        .map(|row| Uuid::from(row.id))
        .collect();
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    event_queue::table
        .filter(event_queue::event_id.eq_any(pending))
        .select((event_queue::event_id, event_queue::available_at))
        .load(conn)
        .await
}
