//! The type `Event`.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::vocabulary::{EventStatus, Provider};
use uuid::Uuid;

use super::source::SourceNode;
use super::{Event, EventFilter, PayloadsById, SourcesById, service};
use crate::access::OrgScope;
use crate::contexts::identity::graphql::{User, find_user};
use crate::contexts::ingest::PageBounds;
use crate::error::Result;
use crate::graphql::global_id::{self, NodeKind};
use crate::graphql::{Connection, Page, RequestExt as _, Total};
use crate::platform::Platform;

/// What an event is called before anything is known of it.
const UNNAMED: &str = "UNKNOWN";

/// A received webhook and what became of it.
#[derive(Clone)]
pub struct EventNode {
    scope: OrgScope,
    event: Event,
}

impl EventNode {
    /// An event as the holder of this standing sees it.
    pub fn new(scope: &OrgScope, event: Event) -> Self {
        Self {
            scope: scope.clone(),
            event,
        }
    }

    /// What it is called as long as, or because, processing has not named it.
    fn provider_name(&self) -> &str {
        self.event.provider_event.as_deref().unwrap_or(UNNAMED)
    }
}

/// A received webhook and what became of it.
#[Object(name = "Event")]
impl EventNode {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::Event, self.event.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.event.id.into()
    }

    /// Who sent it.
    async fn provider(&self) -> Provider {
        self.event.provider
    }

    /// What it is known as: `PUSH`, `PULL_REQUEST_MERGED` and the like, or the provider's own name where it is unknown or
    /// not processed yet.
    #[graphql(name = "type")]
    async fn event_type(&self) -> &str {
        let known = self.event.event_type.as_deref();
        known.unwrap_or_else(|| self.provider_name())
    }

    /// One sentence of what happened, without the actor's name.
    async fn title(&self) -> &str {
        let known = self.event.title.as_deref();
        known.unwrap_or_else(|| self.provider_name())
    }

    /// Where the provider shows it.
    async fn url(&self) -> Option<&str> {
        self.event.url.as_deref()
    }

    /// The repository or project it happened in.
    async fn repository_name(&self) -> Option<&str> {
        self.event.repository_name.as_deref()
    }

    /// The person as the provider names them.
    async fn actor_name(&self) -> Option<&str> {
        self.event.actor_name.as_deref()
    }

    /// The member it was matched to.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.event.user_id {
            Some(id) => find_user(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// How far it has come.
    async fn status(&self) -> EventStatus {
        self.event.status
    }

    /// When it happened by the provider's own time; its reception as long as that is not known.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.event.occurred_at.unwrap_or(self.event.received_at)
    }

    /// When it was received.
    async fn received_at(&self) -> DateTime<Utc> {
        self.event.received_at
    }

    /// When it was done, or given up.
    async fn processed_at(&self) -> Option<DateTime<Utc>> {
        self.event.processed_at
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        i32::from(self.event.attempts)
    }

    /// When the next attempt is due, while one is.
    async fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        self.event.next_attempt_at
    }

    /// Why it failed or was ignored.
    async fn reason(&self) -> Option<&str> {
        self.event.reason.as_deref()
    }

    /// Points credited to anyone for it.
    async fn points_awarded(&self) -> i32 {
        self.event.points_awarded
    }

    /// Where it came from; administrators only, null for others.
    async fn source(&self, ctx: &Context<'_>) -> Result<Option<SourceNode>> {
        let loader = ctx.loader::<SourcesById>(&self.scope);
        let source = loader.load(self.event.source_id).await?;
        Ok(source.map(|source| SourceNode::new(&self.scope, source)))
    }

    /// The payload with secrets and addresses left out; administrators only. Reading it is recorded in the audit log.
    #[graphql(complexity = 20)]
    async fn payload(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let loader = ctx.loader::<PayloadsById>(&self.scope);
        loader.load(self.event.id).await
    }
}

/// A page of events, newest first.
pub(super) async fn connection(
    platform: &Platform,
    scope: &OrgScope,
    filter: EventFilter,
    page: Page<Uuid>,
) -> Result<Connection<EventNode>> {
    let bounds = PageBounds {
        limit: page.limit_plus_one(),
        after: page.after.map(Into::into),
        before: page.before.map(Into::into),
        is_backward: page.is_backward,
    };
    let events = service::list_events(platform, scope, &filter, bounds).await?;
    let counting = (platform.clone(), scope.clone());
    let total = Total::counted(move || {
        let (platform, scope) = counting.clone();
        let filter = filter.clone();
        async move { service::count_events(&platform, &scope, &filter).await }
    });
    Ok(Connection::new(
        &page,
        events,
        total,
        |event| Uuid::from(event.id),
        |event| EventNode::new(scope, event),
    ))
}
