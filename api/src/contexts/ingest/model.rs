//! Sources, events, and what processing an event comes to.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, OrganizationId, ProviderAccountId, UserId, WebhookSourceId};
use shared::vocabulary::{EventStatus, Provider};

use crate::access::OrgScope;
use crate::error::Result;
use crate::platform::bus::Hint;
use crate::platform::db::Transaction;

/// Where events come from.
#[derive(Clone, Debug)]
pub struct WebhookSource {
    /// The source; part of its address.
    pub id: WebhookSourceId,
    /// Whom it belongs to.
    pub organization_id: OrganizationId,
    /// Who posts to it.
    pub provider: Provider,
    /// What people call it.
    pub name: String,
    /// Whether it takes deliveries.
    pub is_enabled: bool,
    /// Whether a signing token is set beside the secret token.
    pub has_signing_token: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A received event and what became of it, without its payload.
#[derive(Clone, Debug)]
pub struct Event {
    /// The event.
    pub id: EventId,
    /// Whom it belongs to.
    pub organization_id: OrganizationId,
    /// Where it came from.
    pub source_id: WebhookSourceId,
    /// Who sent it.
    pub provider: Provider,
    /// The provider's own name of it.
    pub provider_event: Option<String>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// How far it has come.
    pub status: EventStatus,
    /// How often it was tried.
    pub attempts: i16,
    /// Why it failed or was ignored.
    pub reason: Option<String>,
    /// When it was done.
    pub processed_at: Option<DateTime<Utc>>,
    /// The neutral kind, or the provider's own name; none before it was processed.
    pub event_type: Option<String>,
    /// What happened, in one sentence.
    pub title: Option<String>,
    /// Where to look at it.
    pub url: Option<String>,
    /// The repository or project it happened in.
    pub repository_name: Option<String>,
    /// Who did it, as the provider names them.
    pub actor_name: Option<String>,
    /// The member who did it.
    pub user_id: Option<UserId>,
    /// The provider's own time of what happened.
    pub occurred_at: Option<DateTime<Utc>>,
    /// Points credited to anyone for it.
    pub points_awarded: i32,
    /// When the next attempt is due, while one is.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Of this person.
    pub user_id: Option<UserId>,
    /// From this source.
    pub source_id: Option<WebhookSourceId>,
    /// Of this provider.
    pub provider: Option<Provider>,
    /// Of this kind.
    pub event_type: Option<String>,
    /// In this state.
    pub status: Option<EventStatus>,
    /// Received at or after.
    pub from: Option<DateTime<Utc>>,
    /// Received before.
    pub to: Option<DateTime<Utc>>,
}

/// An event as processing needs it.
#[derive(Clone, Debug)]
pub struct ReceivedEvent {
    /// The event.
    pub id: EventId,
    /// Who sent it.
    pub provider: Provider,
    /// The provider's own name of it, from its header.
    pub provider_event: Option<String>,
    /// Host of the provider's installation as its header says it.
    pub instance: Option<String>,
    /// The body as it was received.
    pub payload: Vec<u8>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// What processing an event came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The neutral kind, or the provider's own name.
    pub event_type: String,
    /// What happened, in one sentence.
    pub title: String,
    /// Where to look at it.
    pub url: Option<String>,
    /// The repository or project it happened in.
    pub repository_name: Option<String>,
    /// The account that did it.
    pub actor_account_id: Option<ProviderAccountId>,
    /// Who did it, as the provider names them.
    pub actor_name: Option<String>,
    /// The member who did it.
    pub user_id: Option<UserId>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Points credited by this run.
    pub points_awarded: i32,
    /// Why nothing followed from it; none where something could.
    pub ignored_because: Option<Cow<'static, str>>,
}

/// Carries one event through the contexts, within the transaction that marks it done.
///
/// A trait, because the workflow stands above this context.
pub trait ProcessEvent: Send + Sync + 'static {
    /// Does everything that follows from an event.
    fn process<'a>(
        &'a self,
        tx: &'a mut Transaction,
        scope: &'a OrgScope,
        event: &'a ReceivedEvent,
    ) -> BoxFuture<'a, Result<Outcome>>;
}

/// Hint: an event waits to be processed, newly accepted or put back.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub struct EventAccepted {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The event.
    pub event_id: EventId,
}

impl Hint for EventAccepted {
    const TOPIC: Option<&'static str> = None;
}

/// Hint: an event came to its end.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub struct EventSettled {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The event.
    pub event_id: EventId,
    /// The member it was matched to.
    pub user_id: Option<UserId>,
    /// How far it has come.
    pub status: EventStatus,
}

impl Hint for EventSettled {
    const TOPIC: Option<&'static str> = Some("event-settled");
}

/// Hint: a source was changed, so that what is remembered of it must be read again.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub struct SourceChanged {
    /// The source.
    pub source_id: WebhookSourceId,
}

impl Hint for SourceChanged {
    const TOPIC: Option<&'static str> = Some("source-changed");
    const IS_AWAITED: bool = true;
}
