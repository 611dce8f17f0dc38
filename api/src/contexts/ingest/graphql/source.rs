//! The type `WebhookSource`.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::vocabulary::Provider;
use uuid::Uuid;

use super::event::{self, EventNode};
use super::{EventFilter, TimesOfSources, WebhookAddress, WebhookSource};
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::global_id::{self, NodeKind};
use crate::graphql::{Connection, Page, RequestExt as _};

/// Where events come from: one address and secret each.
#[derive(Clone)]
pub struct SourceNode {
    scope: OrgScope,
    source: WebhookSource,
}

impl SourceNode {
    /// A source as the holder of this standing sees it.
    pub fn new(scope: &OrgScope, source: WebhookSource) -> Self {
        Self {
            scope: scope.clone(),
            source,
        }
    }
}

/// Where events come from: one address and secret each.
#[Object(name = "WebhookSource")]
impl SourceNode {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::WebhookSource, self.source.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.source.id.into()
    }

    /// Who posts to it.
    async fn provider(&self) -> Provider {
        self.source.provider
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.source.name
    }

    /// Where the provider posts to.
    async fn url(&self, ctx: &Context<'_>) -> String {
        ctx.data_unchecked::<WebhookAddress>().of(&self.source)
    }

    /// Whether it takes deliveries.
    async fn is_enabled(&self) -> bool {
        self.source.is_enabled
    }

    /// Whether a signing token is set beside the secret token; then both must be right.
    async fn has_signing_token(&self) -> bool {
        self.source.has_signing_token
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.source.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.source.updated_at
    }

    /// When its last delivery was received.
    async fn last_delivery_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        let loader = ctx.loader::<TimesOfSources>(&self.scope);
        let times = loader.load(self.source.id).await?;
        Ok(times.and_then(|times| times.last_at))
    }

    /// When its first delivery was received, as far back as events are kept.
    async fn first_event_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        let loader = ctx.loader::<TimesOfSources>(&self.scope);
        let times = loader.load(self.source.id).await?;
        Ok(times.and_then(|times| times.first_at))
    }

    /// Its events, newest first.
    #[graphql(complexity = "crate::graphql::cost(first, last, child_complexity)")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the newest on.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the oldest on.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<EventNode>> {
        let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = EventFilter {
            source_id: Some(self.source.id),
            ..EventFilter::default()
        };
        event::connection(ctx.platform(), &self.scope, filter, page).await
    }
}
