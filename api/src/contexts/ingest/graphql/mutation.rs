//! Changes of sources, test deliveries and replay.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use shared::ids::{EventId, WebhookSourceId};
use shared::permission::Permission;
use shared::vocabulary::Provider;

use super::event::EventNode;
use super::service::{self, NewSource, SourceChanges};
use super::source::SourceNode;
use crate::contexts::audit::{self, Action, TargetKind};
use crate::contexts::ingest::Receiver;
use crate::contexts::ingest::error::IngestError;
use crate::error::Result;
use crate::graphql::RequestExt as _;
use crate::graphql::global_id::{self, NodeKind};

/// A source to be made.
#[derive(InputObject)]
pub struct CreateWebhookSourceInput {
    /// Who will post to it.
    provider: Provider,
    /// What people call it; 1 to 100 characters, unique in the organization.
    name: String,
    /// GitLab's signing token, where the webhook has one beside the secret token.
    signing_token: Option<String>,
}

/// A new source.
#[derive(SimpleObject)]
pub struct CreateWebhookSourcePayload {
    /// The source.
    webhook_source: SourceNode,
    /// The secret token to enter at the provider. It is shown here and never again.
    secret: String,
}

/// Changes of a source; what is left out stays.
#[derive(InputObject)]
pub struct UpdateWebhookSourceInput {
    /// The source.
    id: ID,
    /// Another name.
    name: Option<String>,
    /// Whether it takes deliveries.
    is_enabled: Option<bool>,
    /// Another signing token; null takes it away.
    signing_token: MaybeUndefined<String>,
}

/// A changed source.
#[derive(SimpleObject)]
pub struct UpdateWebhookSourcePayload {
    /// The source.
    webhook_source: SourceNode,
}

/// The source that gets a new secret.
#[derive(InputObject)]
pub struct RotateWebhookSecretInput {
    /// The source.
    id: ID,
}

/// A source with a new secret.
#[derive(SimpleObject)]
pub struct RotateWebhookSecretPayload {
    /// The source.
    webhook_source: SourceNode,
    /// The new secret token, in force from now on. It is shown here and never again.
    secret: String,
}

/// The source to delete.
#[derive(InputObject)]
pub struct DeleteWebhookSourceInput {
    /// The source.
    id: ID,
}

/// A deleted source.
#[derive(SimpleObject)]
pub struct DeleteWebhookSourcePayload {
    /// The source as it was; it takes nothing any more, and its events stay.
    webhook_source: SourceNode,
}

/// The source to test.
#[derive(InputObject)]
pub struct TestWebhookSourceInput {
    /// The source.
    id: ID,
}

/// A test delivery that was received.
#[derive(SimpleObject)]
pub struct TestWebhookSourcePayload {
    /// The source.
    webhook_source: SourceNode,
    /// The event that the delivery made.
    event: EventNode,
}

/// Events to replay.
#[derive(InputObject)]
pub struct ReplayEventsInput {
    /// The events; at most 100.
    ids: Vec<ID>,
}

/// Events that are processed again.
#[derive(SimpleObject)]
pub struct ReplayEventsPayload {
    /// The events as they wait now.
    events: Vec<EventNode>,
}

/// Changes of webhook sources and events, in the request's current organization.
#[derive(Default)]
pub struct IngestMutation;

/// Changes of webhook sources and events, in the request's current organization.
#[Object]
impl IngestMutation {
    /// Makes a webhook source and tells its secret; administrators only.
    async fn create_webhook_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source to be made.")] input: CreateWebhookSourceInput,
    ) -> Result<CreateWebhookSourcePayload> {
        let scope = ctx.scope().await?;
        let new = NewSource {
            provider: input.provider,
            name: input.name,
            signing_token: input.signing_token,
        };
        let (source, secret) = service::create_source(ctx.platform(), &scope, &new).await?;
        Ok(CreateWebhookSourcePayload {
            webhook_source: SourceNode::new(&scope, source),
            secret,
        })
    }

    /// Renames, enables or disables a webhook source, or changes its signing token; administrators only.
    async fn update_webhook_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateWebhookSourceInput,
    ) -> Result<UpdateWebhookSourcePayload> {
        let scope = ctx.scope().await?;
        let changes = SourceChanges {
            name: input.name,
            is_enabled: input.is_enabled,
            signing_token: match input.signing_token {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(token) => Some(Some(token)),
            },
        };
        let id = source_id(&input.id)?;
        let source = service::update_source(ctx.platform(), &scope, id, &changes).await?;
        Ok(UpdateWebhookSourcePayload {
            webhook_source: SourceNode::new(&scope, source),
        })
    }

    /// Gives a webhook source a new secret, which ends the old one at once; administrators only.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source.")] input: RotateWebhookSecretInput,
    ) -> Result<RotateWebhookSecretPayload> {
        let scope = ctx.scope().await?;
        let id = source_id(&input.id)?;
        let (source, secret) = service::rotate_secret(ctx.platform(), &scope, id).await?;
        Ok(RotateWebhookSecretPayload {
            webhook_source: SourceNode::new(&scope, source),
            secret,
        })
    }

    /// Deletes a webhook source: it takes no deliveries any more, its events stay; administrators only.
    async fn delete_webhook_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source.")] input: DeleteWebhookSourceInput,
    ) -> Result<DeleteWebhookSourcePayload> {
        let scope = ctx.scope().await?;
        let id = source_id(&input.id)?;
        let source = service::delete_source(ctx.platform(), &scope, id).await?;
        Ok(DeleteWebhookSourcePayload {
            webhook_source: SourceNode::new(&scope, source),
        })
    }

    /// Sends a test delivery through a webhook source and answers the event that it made; administrators only.
    async fn test_webhook_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source.")] input: TestWebhookSourceInput,
    ) -> Result<TestWebhookSourcePayload> {
        let scope = ctx.scope().await?;
        scope.require(Permission::ManageWebhookSources)?;
        let platform = ctx.platform();
        let id = source_id(&input.id)?;
        let source = service::find_source(platform, &scope, id)
            .await?
            .ok_or(IngestError::SourceNotFound)?;
        let receiver = ctx.data_unchecked::<Receiver>();
        let accepted = receiver.receive_test(&source).await?;
        platform
            .db
            .transaction(async |tx| {
                let entry = audit::Entry::new(Action::WebhookSourceTested);
                audit::record(tx, &scope, entry.on(TargetKind::WebhookSource, id)).await
            })
            .await?;
        let mut events = service::find_events(platform, &scope, &[accepted.event_id]).await?;
        let event = events
            .remove(&accepted.event_id)
            .ok_or(IngestError::EventNotFound)?;
        Ok(TestWebhookSourcePayload {
            webhook_source: SourceNode::new(&scope, source),
            event: EventNode::new(&scope, event),
        })
    }

    /// Processes events again: dead letters, and others after a cause was mended. What was credited before is not credited
    /// again; administrators only.
    async fn replay_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The events.")] input: ReplayEventsInput,
    ) -> Result<ReplayEventsPayload> {
        let scope = ctx.scope().await?;
        let ids: Vec<EventId> = input
            .ids
            .iter()
            .map(|id| global_id::decode_argument("ids", id, NodeKind::Event).map(EventId))
            .collect::<Result<_>>()?;
        let events = service::replay_events(ctx.platform(), &scope, &ids).await?;
        Ok(ReplayEventsPayload {
            events: events
                .into_iter()
                .map(|event| EventNode::new(&scope, event))
                .collect(),
        })
    }
}

fn source_id(id: &ID) -> Result<WebhookSourceId> {
    global_id::decode(id, NodeKind::WebhookSource).map(WebhookSourceId)
}
