//! Events and sources of an organization.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::{UserId, WebhookSourceId};
use shared::permission::Permission;
use shared::vocabulary::{EventStatus, Provider};

use super::event::{self, EventNode};
use super::source::SourceNode;
use super::{EventFilter, service};
use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::graphql::global_id::{self, NodeKind};
use crate::graphql::{Connection, Page, RequestExt as _};

/// Longest name of a kind of event that is looked for.
const TYPE_MAX: usize = 100;

/// The part of `Organization` that is about events and where they come from.
pub struct OrganizationEvents(pub OrgScope);

/// Events and where they come from.
#[Object]
impl OrganizationEvents {
    /// Received events, newest first: everybody's to administrators, to leads those of their people, to members their own.
    #[graphql(complexity = "crate::graphql::cost(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each argument of the field"
    )]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events of this person.")] user_id: Option<ID>,
        #[graphql(desc = "Only events from this source.")] source_id: Option<ID>,
        #[graphql(desc = "Only events of this provider.")] provider: Option<Provider>,
        #[graphql(name = "type", desc = "Only events known as this, such as `PUSH`.")]
        event_type: Option<String>,
        #[graphql(desc = "Only events received at this time or later.")] from: Option<
            DateTime<Utc>,
        >,
        #[graphql(desc = "Only events received before this time.")] to: Option<DateTime<Utc>>,
        #[graphql(desc = "How many from the newest on.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the oldest on.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<EventNode>> {
        let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
        let user_id = user_id
            .map(|id| global_id::decode_argument("userId", &id, NodeKind::User))
            .transpose()?;
        let source_id = source_id
            .map(|id| global_id::decode_argument("sourceId", &id, NodeKind::WebhookSource))
            .transpose()?;
        if event_type
            .as_ref()
            .is_some_and(|text| text.len() > TYPE_MAX || text.contains('\0'))
        {
            return Err(AppError::invalid("type", "is no kind of event"));
        }
        let filter = EventFilter {
            user_id: user_id.map(UserId),
            source_id: source_id.map(WebhookSourceId),
            provider,
            event_type,
            status: None,
            from,
            to,
        };
        event::connection(ctx.platform(), &self.0, filter, page).await
    }

    /// Events that failed for good, newest first; administrators inspect and replay them.
    #[graphql(complexity = "crate::graphql::cost(first, last, child_complexity)")]
    async fn dead_letters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the newest on.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the oldest on.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<EventNode>> {
        self.0.require(Permission::ManageEvents)?;
        let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = EventFilter {
            status: Some(EventStatus::Dead),
            ..EventFilter::default()
        };
        event::connection(ctx.platform(), &self.0, filter, page).await
    }

    /// Where events come from, oldest first; administrators only.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn webhook_sources(&self, ctx: &Context<'_>) -> Result<Vec<SourceNode>> {
        let sources = service::list_sources(ctx.platform(), &self.0).await?;
        Ok(sources
            .into_iter()
            .map(|source| SourceNode::new(&self.0, source))
            .collect())
    }
}
