//! GraphQL of events and webhook sources.

mod event;
mod mutation;
mod organization;
mod source;
mod subscription;

use std::collections::HashMap;

use async_graphql::Context;
use shared::ids::{EventId, WebhookSourceId};

pub use event::EventNode;
pub use mutation::IngestMutation;
pub use organization::OrganizationEvents;
pub use source::SourceNode;
pub use subscription::IngestSubscription;

use super::{Event, EventFilter, SourceTimes, WebhookSource, service};
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{Batch, RequestExt as _};
use crate::platform::Platform;

/// Where providers post to: sources show their address under it.
#[derive(Clone, Debug)]
pub struct WebhookAddress {
    /// The server's own address as others reach it, without a slash at its end.
    pub public_url: String,
}

impl WebhookAddress {
    fn of(&self, source: &WebhookSource) -> String {
        format!(
            "{}/webhooks/{}/{}",
            self.public_url.trim_end_matches('/'),
            source.provider.path(),
            source.id
        )
    }
}

/// Events by id, as far as the caller may see them.
pub struct EventsById;

impl Batch for EventsById {
    type Key = EventId;
    type Value = Event;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        keys: Vec<EventId>,
    ) -> Result<HashMap<EventId, Event>> {
        service::find_events(platform, scope, &keys).await
    }
}

/// Payloads by event, for administrators.
pub struct PayloadsById;

impl Batch for PayloadsById {
    type Key = EventId;
    type Value = String;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        keys: Vec<EventId>,
    ) -> Result<HashMap<EventId, String>> {
        service::read_payloads(platform, scope, &keys).await
    }
}

/// Sources by id, deleted ones included.
pub struct SourcesById;

impl Batch for SourcesById {
    type Key = WebhookSourceId;
    type Value = WebhookSource;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        keys: Vec<WebhookSourceId>,
    ) -> Result<HashMap<WebhookSourceId, WebhookSource>> {
        let sources = service::find_sources(platform, scope, &keys).await?;
        Ok(sources
            .into_iter()
            .map(|source| (source.id, source))
            .collect())
    }
}

/// First and last events of sources.
pub struct TimesOfSources;

impl Batch for TimesOfSources {
    type Key = WebhookSourceId;
    type Value = SourceTimes;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        keys: Vec<WebhookSourceId>,
    ) -> Result<HashMap<WebhookSourceId, SourceTimes>> {
        let times = service::source_times(platform, scope, &keys).await?;
        Ok(times
            .into_iter()
            .map(|times| (times.source_id, times))
            .collect())
    }
}

/// An event of the organization; none where there is none for the caller.
///
/// # Errors
/// When the database does not answer.
pub async fn find_event(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: EventId,
) -> Result<Option<EventNode>> {
    let event = ctx.loader::<EventsById>(scope).load(id).await?;
    Ok(event.map(|event| EventNode::new(scope, event)))
}

/// A source of the organization; none where there is none for the caller.
///
/// # Errors
/// When the database does not answer.
pub async fn find_source(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: WebhookSourceId,
) -> Result<Option<SourceNode>> {
    let source = service::find_source(ctx.platform(), scope, id).await?;
    Ok(source.map(|source| SourceNode::new(scope, source)))
}
