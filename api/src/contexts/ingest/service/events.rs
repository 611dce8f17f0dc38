//! Events: listed to those who may see them, replayed by administrators.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use shared::ids::{EventId, OrganizationId, ProviderAccountId, TeamId, UserId};
use shared::permission::Permission;
use shared::vocabulary::EventStatus;
use uuid::Uuid;

use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, TargetKind};
use crate::contexts::ingest::error::IngestError;
use crate::contexts::ingest::store::events::{self, PageBounds};
use crate::contexts::ingest::store::queue;
use crate::contexts::ingest::{Event, EventAccepted, EventFilter, redact};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;
use crate::platform::ids::time_of;

/// Events that can be replayed at once.
const REPLAY_MAX: usize = 100;

/// How much waits to be processed.
#[derive(Clone, Copy, Debug)]
pub struct QueueStatus {
    /// Events that wait, for their first attempt or another.
    pub depth: u64,
    /// How long the one that was due first has been due.
    pub age: Duration,
}

/// Whose events the caller sees: everybody's, or those of these people.
fn visible_to(scope: &OrgScope) -> Option<Vec<UserId>> {
    if scope.allows(Permission::ViewEvents) {
        return None;
    }
    let people = scope.user_id().into_iter().chain(scope.led_people());
    Some(
        people
            .filter(|person| scope.allows_for(Permission::ViewEvents, *person))
            .collect(),
    )
}

/// Whether the caller sees this event.
fn is_visible(scope: &OrgScope, event: &Event) -> bool {
    scope.allows(Permission::ViewEvents)
        || event
            .user_id
            .is_some_and(|person| scope.allows_for(Permission::ViewEvents, person))
}

/// A page of the events that the caller may see, newest first, or from the other end oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_events(
    platform: &Platform,
    scope: &OrgScope,
    filter: &EventFilter,
    page: PageBounds,
) -> Result<Vec<Event>> {
    let people = visible_to(scope);
    let mut conn = platform.db.read().await?;
    Ok(events::list(&mut conn, scope, people.as_deref(), filter, page).await?)
}

/// How many events of a kind the caller may see.
///
/// # Errors
/// When the database does not answer.
pub async fn count_events(
    platform: &Platform,
    scope: &OrgScope,
    filter: &EventFilter,
) -> Result<i64> {
    let people = visible_to(scope);
    let mut conn = platform.db.read().await?;
    Ok(events::count(&mut conn, scope, people.as_deref(), filter).await?)
}

/// Events by id, as far as the caller may see them.
///
/// # Errors
/// When the database does not answer.
pub async fn find_events(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[EventId],
) -> Result<HashMap<EventId, Event>> {
    let mut conn = platform.db.read().await?;
    let found = events::list_by_ids(&mut conn, scope, ids).await?;
    Ok(found
        .into_iter()
        .filter(|event| is_visible(scope, event))
        .map(|event| (event.id, event))
        .collect())
}

/// Whether a person is in a team, for feeds of teams.
///
/// # Errors
/// When the database does not answer.
pub async fn is_in_team(
    platform: &Platform,
    scope: &OrgScope,
    user: UserId,
    team: TeamId,
) -> Result<bool> {
    let mut conn = platform.db.read().await?;
    Ok(events::is_in_team(&mut conn, scope, user, team).await?)
}

/// Payloads of events with secrets and addresses left out, as far as they are kept. Each reading is recorded.
///
/// # Errors
/// When the caller may not.
pub async fn read_payloads(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[EventId],
) -> Result<HashMap<EventId, String>> {
    scope.require(Permission::ManageEvents)?;
    let payloads = platform
        .db
        .transaction(async |tx| {
            let payloads = events::list_payloads(tx, scope, ids).await?;
            let entries = payloads
                .iter()
                .map(|(id, _)| audit::Entry::new(Action::PayloadViewed).on(TargetKind::Event, *id));
            audit::record_all(tx, scope, entries.collect()).await?;
            Ok(payloads)
        })
        .await?;
    Ok(payloads
        .into_iter()
        .filter_map(|(id, payload)| Some((id, redact::redacted(&payload)?)))
        .collect())
}

/// Puts events back into the queue. What they already caused is not caused again; those that wait already go on waiting.
///
/// # Errors
/// When the caller may not, one of them does not exist, or its payload is gone.
pub async fn replay_events(
    platform: &Platform,
    scope: &OrgScope,
    ids: &[EventId],
) -> Result<Vec<Event>> {
    scope.require(Permission::ManageEvents)?;
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.len() > REPLAY_MAX {
        return Err(IngestError::TooManyToReplay(REPLAY_MAX).into());
    }
    let wanted: Vec<(EventId, DateTime<Utc>)> = wanted
        .into_iter()
        .map(|id| Some((id, time_of(Uuid::from(id))?)))
        .collect::<Option<_>>()
        .ok_or(IngestError::EventNotFound)?;
    platform
        .db
        .transaction(async |tx| replay(tx, scope, &wanted).await)
        .await?;
    let mut conn = platform.db.primary().await?;
    let mut found: HashMap<EventId, Event> = events::list_by_ids(&mut conn, scope, ids)
        .await?
        .into_iter()
        .map(|event| (event.id, event))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

async fn replay(
    tx: &mut Transaction,
    scope: &OrgScope,
    wanted: &[(EventId, DateTime<Utc>)],
) -> Result<()> {
    let organization_id = scope.organization_id();
    let locked = events::lock(tx, scope, wanted).await?;
    if locked.len() != wanted.len() {
        return Err(IngestError::EventNotFound.into());
    }
    if locked.iter().any(|(_, _, has_payload)| !has_payload) {
        return Err(IngestError::PayloadGone.into());
    }
    let again: Vec<(EventId, OrganizationId, DateTime<Utc>)> = locked
        .iter()
        .filter(|(_, status, _)| *status != EventStatus::Pending)
        .filter_map(|(id, _, _)| Some((*id, organization_id, time_of(Uuid::from(*id))?)))
        .collect();
    if again.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    events::reset(tx, scope, &again).await?;
    queue::insert_again(tx, &again, now).await?;
    queue::notify(tx).await?;
    let entries = again.iter().map(|(id, _, _)| {
        let entry = audit::Entry::new(Action::EventsReplayed).on(TargetKind::Event, *id);
        entry.with(json!({ "count": again.len() }))
    });
    audit::record_all(tx, scope, entries.collect()).await?;
    for (id, _, _) in &again {
        tx.after_commit(EventAccepted {
            organization_id,
            event_id: *id,
        });
    }
    Ok(())
}

/// Gives the events of an account to the member it was linked to, with the points that were credited for them by that.
///
/// # Errors
/// When the database does not answer.
pub async fn attribute_events(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    user: UserId,
    credited: &[(EventId, i32)],
) -> Result<()> {
    events::attribute(tx, scope, account, user).await?;
    for (id, points) in credited {
        if let Some(received_at) = time_of(Uuid::from(*id)) {
            events::add_points(tx, scope, (*id, received_at), *points).await?;
        }
    }
    Ok(())
}

/// Takes an account's events from the person it was parted from, with the points that were taken back.
///
/// # Errors
/// When the database does not answer.
pub async fn part_events(
    tx: &mut Transaction,
    scope: &OrgScope,
    account: ProviderAccountId,
    user: UserId,
    taken: &[(EventId, i32)],
) -> Result<()> {
    events::part(tx, scope, account, user).await?;
    for (id, points) in taken {
        if let Some(received_at) = time_of(Uuid::from(*id)) {
            events::add_points(tx, scope, (*id, received_at), *points).await?;
        }
    }
    Ok(())
}

/// How much waits to be processed, for the measurements.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_status(platform: &Platform) -> Result<QueueStatus> {
    let mut conn = platform.db.primary().await?;
    let (depth, due_since) = queue::measure(&mut conn).await?;
    let age = due_since.map(|since| platform.clock.now() - since);
    Ok(QueueStatus {
        depth: u64::try_from(depth).unwrap_or(0),
        age: age.and_then(|age| age.to_std().ok()).unwrap_or_default(),
    })
}
